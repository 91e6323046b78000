import { EnvironmentError, readEnvironment } from './env.js';
import { freshSecrets } from './secrets.js';

const problems = (source: Record<string, string>) => {
  try {
    readEnvironment(source);
  } catch (error) {
    return (error as EnvironmentError).problems.map((problem) => problem.split(' ')[0]);
  }
  return [];
};

it('has a default for everything', () => {
  expect(readEnvironment({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 3_000,
    role: 'all',
    publicUrl: 'http://127.0.0.1:3000',
    databaseUrl: undefined,
    push: { allowHosts: [], allowPrivate: false, keysAhead: 50_000, ownThread: true },
  });
});

it('shows an address that can be opened when it listens on all', () => {
  expect(readEnvironment({ HOST: '0.0.0.0', PORT: '8080' }).publicUrl).toBe(
    'http://localhost:8080',
  );
  expect(readEnvironment({ PUBLIC_URL: 'https://a.example/x/' }).publicUrl).toBe(
    'https://a.example/x',
  );
});

it('names every wrong variable at once, and no secret’s value', () => {
  const wrong = {
    PORT: '-1',
    ROLE: 'x',
    LOG_LEVEL: 'x',
    PUBLIC_URL: 'x',
    PUSH_ALLOW_PRIVATE: 'x',
    PUSH_KEYS_AHEAD: '-1',
    PUSH_THREAD: 'x',
    CHROMIUM_PATH: 'chromium',
    DATABASE_URL: 'mysql://u:CANARY@h/d',
    VAPID_PREVIOUS_KEYS: 'CANARY',
  };
  expect(problems(wrong).sort()).toEqual(Object.keys(wrong).sort());
  expect(() => readEnvironment(wrong)).not.toThrow(/CANARY/);
});

it('wants every secret when the database is given, each by name', () => {
  const DATABASE_URL = 'postgres://u:p@h/d';
  expect(problems({ DATABASE_URL })).toEqual(Object.keys(freshSecrets()));
  expect(problems({ DATABASE_URL, ...freshSecrets() })).toEqual([]);
});

it('keeps the tests’ door shut in production', () => {
  expect(problems({ NODE_ENV: 'production', PUSH_ALLOW_PRIVATE: '1' })).toEqual([
    'PUSH_ALLOW_PRIVATE',
  ]);
});

describe('the place of evidence', () => {
  const s3 = {
    EVIDENCE_S3_URL: 'https://s3.example.org/campana/',
    EVIDENCE_S3_ACCESS_KEY_ID: 'id',
    EVIDENCE_S3_SECRET_ACCESS_KEY: 'CANARY',
  };

  it('is a folder beside the data, unless another or a bucket is named', () => {
    const of = (source: Record<string, string>) => readEnvironment(source).evidence;
    expect(of({ DATA_DIR: '/d' })).toEqual({ folder: '/d/evidence', s3: undefined });
    expect(of({ DATA_DIR: '/d', EVIDENCE_DIR: '/e' }).folder).toBe('/e');
    expect(of(s3).s3).toEqual({
      ...{ url: 'https://s3.example.org/campana', region: 'us-east-1' },
      ...{ accessKeyId: 'id', secretAccessKey: 'CANARY' },
    });
  });

  it('is a whole bucket or none, and its secret is not shown', () => {
    const { EVIDENCE_S3_URL, ...keys } = s3;
    expect(problems(keys)).toEqual(Object.keys(keys));
    expect(problems({ EVIDENCE_S3_URL })).toEqual(Object.keys(keys));
    for (const url of [
      's3://campana',
      'https://s3.example.org',
      'https://CANARY:x@s3.example.org/c',
    ]) {
      expect(problems({ ...s3, EVIDENCE_S3_URL: url })).toEqual(['EVIDENCE_S3_URL']);
      expect(() => readEnvironment({ ...s3, EVIDENCE_S3_URL: url })).not.toThrow(/CANARY/);
    }
  });
});

it('leaves checkpoints beside the embedded database, and elsewhere only where it is told', () => {
  expect(readEnvironment({ DATA_DIR: '/d' }).ledger.checkpointDir).toBe('/d/checkpoints');
  const given = { DATABASE_URL: 'postgres://u:p@h/d', ...freshSecrets() };
  expect(readEnvironment(given).ledger).toEqual({
    checkpointDir: undefined,
    checkpointUrl: undefined,
  });
  expect(readEnvironment({ ...given, LEDGER_CHECKPOINT_DIR: '/c' }).ledger.checkpointDir).toBe(
    '/c',
  );
});

it('sends checkpoints over https, in tests to loopback, and shows no address', () => {
  const wrong = [
    'http://h/CANARY',
    'ftp://h/CANARY',
    'http://127.0.0.1.h/CANARY',
    'http://10.0.0.1/CANARY',
    'CANARY',
  ];
  for (const LEDGER_CHECKPOINT_URL of wrong) {
    expect(problems({ LEDGER_CHECKPOINT_URL })).toEqual(['LEDGER_CHECKPOINT_URL']);
    expect(() => readEnvironment({ LEDGER_CHECKPOINT_URL })).not.toThrow(/CANARY/);
  }
  const local = { LEDGER_CHECKPOINT_URL: 'http://127.0.0.1:9/x' };
  expect(problems(local)).toEqual([]);
  expect(problems({ ...local, NODE_ENV: 'production' })).toEqual(['LEDGER_CHECKPOINT_URL']);
  expect(problems({ LEDGER_CHECKPOINT_URL: 'https://h/x?key=1' })).toEqual([]);
});

it('keeps raw detail for ninety days unless told otherwise', () => {
  expect(readEnvironment({}).retention).toEqual({
    narrativeDays: 90,
    disclosureDays: 90,
    evidenceDays: 0,
  });
  expect(
    problems({
      ...{ RETENTION_NARRATIVE_DAYS: '-1', RETENTION_DISCLOSURE_DAYS: 'x' },
      RETENTION_EVIDENCE_DAYS: '0.5',
    }),
  ).toEqual(['RETENTION_NARRATIVE_DAYS', 'RETENTION_DISCLOSURE_DAYS', 'RETENTION_EVIDENCE_DAYS']);
});
