import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARK, jpegFile } from '../src/evidence/files.fixture.js';
import { Retention } from '../src/incidents/record/retention.service.js';
import { VerificationStore } from '../src/ledger/verification.store.js';
import { Clock } from '../src/platform/clock.js';
import { Config } from '../src/platform/config.js';
import { Database } from '../src/platform/database.js';
import { STORAGE, type Storage } from '../src/evidence/storage/storage.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { CLEAR_EVIDENCE, COVER, EvidenceDesk, WITHDRAW } from './support/evidence.js';
import { ask, codeOf } from './support/graphql.js';
import { merge } from './support/merges.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const REDACT = `mutation ($input: RedactEntryInput!) { redactEntry(input: $input) { id } }`;
const APPROVE = `mutation ($input: DecideRedactionInput!) { approveRedaction(input: $input) { state } }`;
const HOLD = `mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { id } }`;
const LIFT = `mutation ($input: LiftLegalHoldInput!) { liftLegalHold(input: $input) { id } }`;
const STATE = `query ($id: ID!) { incident(id: $id) {
  evidence { id type bytes sha256 copyState destroyedAt destroyedBy destruction copies { version } }
  timeline { kind actor at incidentId intact facts { name value } }
} }`;
const PLATE = { page: 1, ...MARK, what: 'PLATE' };
const DAY_MS = 86_400_000;

/** Evidence that is destroyed: by two people, by the schedule, and not under a hold. */
describe('evidence is destroyed', () => {
  let service: TestService;
  let folder: string;
  let desk: Desk;
  let evidence: EvidenceDesk;
  let crew: Crew;
  let analyst: Person;
  let other: Person;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campana-destroyed-'));
    const environment = { EVIDENCE_DIR: folder, RETENTION_EVIDENCE_DAYS: '400' };
    service = await startService({ environment });
    desk = new Desk(service);
    evidence = new EvidenceDesk(service, folder);
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'One');
    other = await hire(service.url, service.admin, 'ANALYST', 'Two');
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const app = () => service.service.app;
  const stateOf = async (id: string, who: Person = analyst) =>
    (await ask(service.url, STATE, { id }, who.token)).incident;
  /** A picture with a covered copy, and where its files lie. */
  const covered = async (incidentId: string) => {
    const id = await evidence.added(crew.author, incidentId, await jpegFile());
    await evidence.copied(incidentId, id);
    const input = { evidenceId: id, version: 1, regions: [PLATE] };
    expect(await evidence.attempt(COVER, analyst, input)).toBe('OK');
    const paths = await Promise.all([0, 1, 2].map((version) => evidence.pathOf(id, version)));
    return { id, paths };
  };
  const left = async (paths: string[]) => {
    const stored = await evidence.stored();
    return paths.filter((path) => stored.has(path)).length;
  };
  const entryOf = async (incidentId: string, id: string): Promise<number> => {
    const [row] = await service.database.query<{ seq: number }>(
      `SELECT seq::int AS seq FROM ledger_entry WHERE subject = $1 AND kind = 'evidence.added'
         AND position($2::bytea IN body) > 0`,
      [incidentId, Buffer.from(id)],
    );
    return row!.seq;
  };
  const propose = async (entry: number): Promise<string> => {
    const input = { entry, reason: 'MINOR_IDENTIFIABLE' };
    return (await ask(service.url, REDACT, { input }, analyst.token)).redactEntry.id;
  };
  const refused = (operation: string, input: object, who = other) =>
    codeOf(service.url, operation, { input }, who.token);
  const destroy = async (incidentId: string, id: string) => {
    const redactionId = await propose(await entryOf(incidentId, id));
    await ask(service.url, APPROVE, { input: { redactionId } }, other.token);
    return redactionId;
  };
  const verify = () =>
    new VerificationStore(app().get(Database), app().get(Config).keyring).verify();
  const retainIn = async (days: number) => {
    const clock = app().get(Clock);
    clock.now = () => new Date(Date.now() + days * DAY_MS);
    const run = app().get(Retention).run();
    await run.finally(() => Reflect.deleteProperty(clock, 'now'));
  };
  const entries = async (incidentId: string, id: string) =>
    (await desk.entries(incidentId)).filter(({ facts }) => facts.evidenceId === id);

  it('when two people say so: every file goes, and the row says what it was and why', async () => {
    const incidentId = await desk.reported(crew.author);
    const { id, paths } = await covered(incidentId);
    const before = await evidence.one(incidentId, id);
    const entry = await entryOf(incidentId, id);
    const redactionId = await propose(entry);
    expect(await refused(APPROVE, { redactionId }, analyst)).toBe('FORBIDDEN');
    expect([await left(paths), (await verify()).kind]).toEqual([3, 'ok']);

    expect(await refused(APPROVE, { redactionId })).toBeUndefined();
    const [row] = (await stateOf(incidentId)).evidence;
    expect(row).toMatchObject({
      ...{ id, type: 'JPEG', bytes: before.bytes, sha256: before.sha256 },
      ...{ copyState: 'DESTROYED', destroyedAt: expect.any(String), destroyedBy: other.id },
      ...{ destruction: 'MINOR_IDENTIFIABLE', copies: [{ version: 1 }, { version: 2 }] },
    });
    await until(async () => (await left(paths)) === 0, 'the end of its files');
    expect((await entries(incidentId, id)).at(-1)).toMatchObject({
      ...{ kind: 'evidence.destroyed', actor: other.id },
      facts: { reason: 'MINOR_IDENTIFIABLE', redaction: redactionId, proposedBy: analyst.id },
    });
    expect(await verify()).toMatchObject({ kind: 'ok' });
    expect(await refused(REDACT, { entry, reason: 'COURT_ORDER' })).toBe('CONFLICT');
  });

  it('and can be neither read, worked on nor handed in again', async () => {
    const incidentId = await desk.reported(crew.author);
    const { id, paths } = await covered(incidentId);
    await destroy(incidentId, id);
    await until(async () => (await left(paths)) === 0, 'the end of its files');
    for (const [path, purpose] of [
      ['original', 'COURT'],
      ['copies/1', 'REVIEW'],
    ] as const) {
      const { status, bytes } = await evidence.get(analyst, id, path, purpose);
      expect([status, bytes.toString()]).toEqual([
        409,
        expect.stringContaining('It was destroyed on'),
      ]);
    }
    const version = { evidenceId: id, version: 2 };
    const said = { faces: 'NONE_THERE', plates: 'COVERED' };
    expect([
      await evidence.attempt(COVER, analyst, { ...version, regions: [PLATE] }),
      await evidence.attempt(CLEAR_EVIDENCE, analyst, { ...version, ...said }),
      await evidence.attempt(WITHDRAW, analyst, { evidenceId: id, reason: 'DUPLICATE' }),
      (await evidence.add(crew.author, incidentId, await jpegFile(), { id })).status,
    ]).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 409]);
    const kinds = (await entries(incidentId, id)).map(({ kind }) => kind);
    expect(kinds.at(-1)).toBe('evidence.destroyed');
    expect(kinds).not.toContain('evidence.damage-found');
  });

  it('not before the commit, and again until the storage has done it', async () => {
    const incidentId = await desk.reported(crew.author);
    const { id, paths } = await covered(incidentId);
    const redactionId = await propose(await entryOf(incidentId, id));
    const deny = (reset: string) => `ALTER TABLE redaction ${reset}`;
    await service.database.query(
      deny(`ADD CONSTRAINT deny CHECK (outcome IS DISTINCT FROM 'APPROVED') NOT VALID`),
    );
    expect(await refused(APPROVE, { redactionId })).toBe('INTERNAL_SERVER_ERROR');
    await service.database.query(deny('DROP CONSTRAINT deny'));
    expect(await left(paths)).toBe(3);
    expect((await stateOf(incidentId)).evidence[0].destruction).toBeNull();

    const storage = app().get<Storage>(STORAGE);
    let tries = 0;
    storage.delete = () => Promise.reject(new Error(`away ${(tries += 1)}`));
    expect(await refused(APPROVE, { redactionId })).toBeUndefined();
    await until(() => tries > 3, 'it to be tried again');
    expect(await left(paths)).toBe(3);
    // As if the jobs were lost.
    await service.database.query(`DELETE FROM pgboss.job WHERE name = 'evidence-orphan'`);
    Reflect.deleteProperty(storage, 'delete');
    await retainIn(2);
    await until(async () => (await left(paths)) === 0, 'the end of its files');
    await until(async () => (await evidence.counts()).pending === 0, 'nothing noted');
  });

  it('not while it is held, also by what it was merged with; and then by the schedule', async () => {
    const [from, into, free] = [
      await desk.reported(crew.author),
      await desk.reported(crew.author),
      await desk.reported(crew.author),
    ];
    const [kept, loose] = [await covered(from), await covered(free)];
    await ask(
      service.url,
      HOLD,
      { input: { incidentId: into, reason: 'LITIGATION' } },
      service.admin.token,
    );
    const waiting = await propose(await entryOf(from, kept.id));
    // Only what is near one another can be merged.
    await service.database.query(
      `UPDATE incident SET (latitude, longitude) =
         (SELECT latitude, longitude FROM incident WHERE id = $1) WHERE id = $2`,
      [into, from],
    );
    await merge(service.url, crew.dispatcher, from, into);
    expect(await refused(APPROVE, { redactionId: waiting })).toBe('CONFLICT');
    // One person’s withdrawal hastens nothing.
    const withdrawal = { evidenceId: loose.id, reason: 'PRIVATE_PERSON' };
    expect(await evidence.attempt(WITHDRAW, analyst, withdrawal)).toBe('OK');
    await retainIn(399);
    expect(await left([...kept.paths, ...loose.paths])).toBe(6);

    await retainIn(401);
    await until(async () => (await left(loose.paths)) === 0, 'the end of what is due');
    expect(await left(kept.paths)).toBe(3);
    expect((await entries(free, loose.id)).at(-1)).toMatchObject({
      ...{ kind: 'evidence.destroyed', actor: 'clock', facts: { reason: 'RETENTION' } },
    });
    const [run] = await service.database.query<{ body: Buffer }>(
      `SELECT body FROM ledger_entry WHERE kind = 'ledger.expunged'
         AND position('"detail":"evidence"'::bytea IN body) > 0 ORDER BY seq DESC LIMIT 1`,
    );
    const { facts } = JSON.parse(run!.body.toString());
    expect(facts).toMatchObject({ days: 400, evidence: expect.arrayContaining([loose.id]) });
    expect(facts.evidence).not.toContain(kept.id);
    const lift = { input: { incidentId: into } };
    await ask(service.url, LIFT, lift, service.admin.token);
    await retainIn(401);
    await until(async () => (await left(kept.paths)) === 0, 'its end, too');
    expect(await verify()).toMatchObject({ kind: 'redacted', unaccounted: 0 });
  });

  it('and the timeline has all of it, in order, with who and when; for staff who may see it', async () => {
    const incidentId = await desk.reported(crew.author);
    const { id } = await covered(incidentId);
    const said = { version: 2, faces: 'NONE_THERE', plates: 'COVERED' };
    await evidence.attempt(CLEAR_EVIDENCE, analyst, { evidenceId: id, ...said });
    await evidence.get(analyst, id, 'copies/2', 'PRESS');
    await evidence.attempt(WITHDRAW, analyst, { evidenceId: id, reason: 'PRIVATE_PERSON' });
    await destroy(incidentId, id);
    const { timeline } = await stateOf(incidentId, crew.dispatcher);
    const said2 = timeline.map(({ kind, actor }: { kind: string; actor: string }) => [kind, actor]);
    expect(said2).toEqual([
      ['report.filed', crew.author.id],
      ['evidence.added', crew.author.id],
      ['evidence.copied', 'clock'],
      ['evidence.covered', analyst.id],
      ['evidence.cleared', analyst.id],
      ['evidence.read', analyst.id],
      ['evidence.withdrawn', analyst.id],
      ['redaction.proposed', analyst.id],
      ['evidence.destroyed', other.id],
      ['ledger.redacted', other.id],
    ]);
    for (const { at, intact } of timeline)
      expect([Number.isFinite(Date.parse(at)), intact]).toEqual([true, true]);
    const read = timeline.find(({ kind }: { kind: string }) => kind === 'evidence.read');
    expect(read.facts).toContainEqual({ name: 'purpose', value: 'PRESS' });
    expect((await stateOf(incidentId, crew.author)).timeline).toBeNull();
  });

  it('once and for all: no row of it is changed again, not even by the owner', async () => {
    const rows = await service.database.query(
      'SELECT 1 FROM evidence WHERE destroyed_at IS NOT NULL',
    );
    expect(rows.length).toBeGreaterThan(0);
    const change = 'UPDATE evidence SET destroyed_at = NULL WHERE destroyed_at IS NOT NULL';
    await expect(service.database.query(change)).rejects.toThrow(/was destroyed/);
  });
});
