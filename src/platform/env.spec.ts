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
