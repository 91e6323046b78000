import { leafOf } from '../src/ledger/chain.js';
import { Checkpoints } from '../src/ledger/checkpoints.service.js';
import { growsFrom, includes } from '../src/ledger/merkle.js';
import { VerificationStore } from '../src/ledger/verification.store.js';
import { Retention } from '../src/incidents/record/retention.service.js';
import { distanceMeters } from '../src/geo/distance.js';
import type { Point } from '../src/geo/h3.js';
import { Clock } from '../src/platform/clock.js';
import { Config } from '../src/platform/config.js';
import { Database } from '../src/platform/database.js';
import { ask, codeOf, send } from './support/graphql.js';
import { merge, reportsOf, split } from './support/merges.js';
import { UPDATE_STAFF, VERIFY } from './support/operations.js';
import { hire, report, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const REDACT = `mutation ($input: RedactEntryInput!) {
  redactEntry(input: $input) { id entry reason state proposedBy lapsesAt decidedBy }
}`;
const APPROVE = `mutation ($input: DecideRedactionInput!) {
  approveRedaction(input: $input) { id state decidedBy decidedAt }
}`;
const REJECT = `mutation ($input: DecideRedactionInput!) { rejectRedaction(input: $input) { state } }`;
const HOLD = `mutation ($input: SetLegalHoldInput!) {
  setLegalHold(input: $input) { id reason setBy setAt liftedAt }
}`;
const LIFT = `mutation ($input: LiftLegalHoldInput!) { liftLegalHold(input: $input) { liftedBy } }`;
const PENDING = '{ pendingRedactions { id entry } }';
const INCIDENT = `query ($id: ID!) { incident(id: $id) {
  legalHold { reason }
  reports { narrative }
  ledger { sequence kind body leaf disclosed proof { path checkpoint { size root } } }
} }`;
const GROWTH = `query ($size: Int!) { ledgerConsistency(size: $size) { path checkpoint { root } } }`;

const DAY_MS = 86_400_000;
const CANARY = 'canary: the neighbour in the blue house';

describe('what is removed from the ledger', () => {
  let service: TestService;
  let analyst: Person;
  let other: Person;
  let author: Person;
  let places: Point[];

  beforeAll(async () => {
    service = await startService();
    analyst = await hire(service.url, service.admin, 'ANALYST', 'One');
    other = await hire(service.url, service.admin, 'ANALYST', 'Two');
    author = await hire(service.url, service.admin, 'RESPONDER', 'One');
    const schools = await service.database.query<Point>('SELECT latitude, longitude FROM school');
    places = [];
    for (const school of schools)
      if (places.every((place) => distanceMeters(place, school) > 8_000)) places.push(school);
  });
  afterAll(() => service.close());

  const app = () => service.service.app;
  const asked = (query: string, input: object, who: Person) =>
    ask(service.url, query, { input }, who.token);
  const refused = (query: string, input: object, who: Person) =>
    codeOf(service.url, query, { input }, who.token);
  const incidentOf = async (id: string, who: Person = analyst) =>
    (await ask(service.url, INCIDENT, { id }, who.token)).incident;
  /** Each far from the others, so that each opens an incident. */
  const narrated = () =>
    report(service.url, author, { narrative: CANARY, location: places.pop()! });
  const firstEntry = async (incidentId: string): Promise<number> =>
    (await incidentOf(incidentId)).ledger[0].sequence;
  const propose = async (entry: number, who: Person = analyst) =>
    (await asked(REDACT, { entry, reason: 'PERSON_NAMED' }, who)).redactEntry as { id: string };
  const verify = () =>
    new VerificationStore(app().get(Database), app().get(Config).keyring).verify();
  const later = async <T>(days: number, work: () => Promise<T>): Promise<T> => {
    const clock = app().get(Clock);
    clock.now = () => new Date(Date.now() + days * DAY_MS);
    return work().finally(() => Reflect.deleteProperty(clock, 'now'));
  };
  const retain = (days: number) => later(days, () => app().get(Retention).run());
  const narratives = async (incidentId: string) =>
    (
      await service.database.query<{ sealed: boolean }>(
        'SELECT narrative IS NOT NULL AS sealed FROM report WHERE incident_id = $1',
        [incidentId],
      )
    ).map(({ sealed }) => sealed);

  it('goes when two people say so, and the chain holds', async () => {
    const incidentId = await narrated();
    const entry = await firstEntry(incidentId);
    const redaction = await propose(entry);
    expect(redaction).toMatchObject({ entry, state: 'PROPOSED', proposedBy: analyst.id });
    expect((await ask(service.url, PENDING, {}, other.token)).pendingRedactions).toEqual([
      { id: redaction.id, entry },
    ]);
    expect(await refused(REDACT, { entry, reason: 'COURT_ORDER' }, other)).toBe('CONFLICT');
    expect(await refused(APPROVE, { redactionId: redaction.id }, analyst)).toBe('FORBIDDEN');
    expect((await incidentOf(incidentId)).ledger[0].disclosed).toBe(true);
    expect((await verify()).kind).toBe('ok');

    const { approveRedaction } = await asked(APPROVE, { redactionId: redaction.id }, service.admin);
    expect(approveRedaction).toMatchObject({ state: 'APPROVED', decidedBy: service.admin.id });
    const { ledger, reports } = await incidentOf(incidentId, service.admin);
    expect(ledger.map((one: { kind: string }) => one.kind)).toEqual([
      'report.filed',
      'redaction.proposed',
      'ledger.redacted',
    ]);
    expect(ledger[0].disclosed).toBe(false);
    expect(reports).toEqual([{ narrative: null }]);
    expect(JSON.parse(ledger[2].body)).toMatchObject({
      actor: service.admin.id,
      facts: { entries: [[entry, entry]], proposedBy: analyst.id, reason: 'PERSON_NAMED' },
    });
    expect(await verify()).toMatchObject({ kind: 'redacted', redactions: 1, unaccounted: 0 });
    expect((await ask(service.url, PENDING, {}, other.token)).pendingRedactions).toEqual([]);
    expect(await refused(APPROVE, { redactionId: redaction.id }, other)).toBe('CONFLICT');
    expect(await refused(REDACT, { entry, reason: 'COURT_ORDER' }, analyst)).toBe('CONFLICT');
  });

  it('is nothing that is not there, and no reason of one’s own words', async () => {
    const incidentId = await narrated();
    const sequence = await firstEntry(incidentId);
    const { id } = await propose(sequence);
    await asked(REJECT, { redactionId: id }, analyst);
    const { ledger } = await incidentOf(incidentId);
    expect(ledger.at(-1).kind).toBe('redaction.rejected');
    const why = { reason: 'COURT_ORDER' };
    expect(await refused(REDACT, { entry: ledger.at(-1).sequence, ...why }, analyst)).toBe(
      'CONFLICT',
    );
    expect(await refused(REDACT, { entry: 2 ** 31 - 1, ...why }, analyst)).toBe('NOT_FOUND');
    expect(await refused(REDACT, { entry: 0, ...why }, analyst)).toBe('BAD_USER_INPUT');
    expect(await refused(REDACT, { entry: sequence, reason: CANARY }, analyst)).toBe(
      'BAD_USER_INPUT',
    );
    expect((await incidentOf(incidentId)).ledger[0].disclosed).toBe(true);
  });

  it('is decided once, by however many at once', async () => {
    const entry = await firstEntry(await narrated());
    const proposals = await Promise.all(
      Array.from({ length: 6 }, () =>
        send(service.url, REDACT, { input: { entry, reason: 'COURT_ORDER' } }, analyst.token),
      ),
    );
    const made = proposals.filter(({ data }) => data !== null);
    expect(made).toHaveLength(1);
    const input = { redactionId: made[0]!.data!.redactEntry.id };
    const codes = await Promise.all(
      [other, service.admin, other, service.admin, analyst].map((who) =>
        refused(APPROVE, input, who),
      ),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.at(-1)).toMatch(/FORBIDDEN|CONFLICT/);
    const told = await service.database.query(
      `SELECT 1 FROM ledger_entry WHERE kind = 'ledger.redacted'
       AND position($1::bytea IN body) > 0`,
      [Buffer.from(input.redactionId)],
    );
    expect(told).toHaveLength(1);
    await expect(
      service.database.query('UPDATE redaction SET decided_by = proposed_by WHERE id = $1', [
        input.redactionId,
      ]),
    ).rejects.toThrow(/check constraint/);
  });

  it('stays when the second person comes too late, or the first may no longer propose', async () => {
    const incidentId = await narrated();
    const entry = await firstEntry(incidentId);
    const late = await propose(entry);
    await service.database.query(
      `UPDATE redaction SET lapses_at = now() - interval '1 second' WHERE id = $1`,
      [late.id],
    );
    expect(await refused(APPROVE, { redactionId: late.id }, other)).toBe('CONFLICT');
    await app().get(Retention).run();
    expect((await incidentOf(incidentId)).ledger.at(-1).kind).toBe('redaction.lapsed');
    const third = await hire(service.url, service.admin, 'ANALYST', 'Three');
    const again = await propose(entry, third);
    await asked(UPDATE_STAFF, { staffId: third.id, suspended: true }, service.admin);
    expect(await refused(APPROVE, { redactionId: again.id }, other)).toBe('CONFLICT');
    expect((await incidentOf(incidentId)).ledger[0].disclosed).toBe(true);
  });

  it('goes by itself after ninety days, unless it is held, with all it was merged with', async () => {
    const [kept, into] = [await narrated(), await narrated()];
    const free = await narrated();
    const held = await asked(HOLD, { incidentId: into, reason: 'LITIGATION' }, service.admin);
    expect(held.setLegalHold).toMatchObject({ setBy: service.admin.id, liftedAt: null });
    expect(await refused(HOLD, { incidentId: into, reason: 'LITIGATION' }, service.admin)).toBe(
      'CONFLICT',
    );
    const entry = await firstEntry(kept);
    const waiting = await propose(entry);
    // Only what is near one another can be merged.
    await service.database.query(
      `UPDATE incident SET (latitude, longitude) =
         (SELECT latitude, longitude FROM incident WHERE id = $1) WHERE id = $2`,
      [into, kept],
    );
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    await merge(service.url, dispatcher, kept, into);
    expect(await refused(APPROVE, { redactionId: waiting.id }, other)).toBe('CONFLICT');
    expect(
      await refused(REDACT, { entry: await firstEntry(into), reason: 'COURT_ORDER' }, other),
    ).toBe('CONFLICT');

    await retain(89);
    expect(await narratives(free)).not.toContain(false);
    await retain(91);
    expect(await narratives(free)).not.toContain(true);
    expect(await narratives(into)).toEqual([true, true]);
    expect((await incidentOf(kept)).ledger[0].disclosed).toBe(true);
    expect((await incidentOf(into)).ledger[0].disclosed).toBe(true);
    expect((await incidentOf(into)).legalHold).toEqual({ reason: 'LITIGATION' });
    expect(await verify()).toMatchObject({ kind: 'redacted', unaccounted: 0 });

    await asked(LIFT, { incidentId: into }, service.admin);
    expect(await refused(LIFT, { incidentId: into }, service.admin)).toBe('NOT_FOUND');
    await retain(91);
    expect(await narratives(into)).toEqual([false, false]);
    expect((await incidentOf(kept)).ledger[0].disclosed).toBe(false);
    expect((await incidentOf(into)).ledger.map((one: { kind: string }) => one.kind)).toEqual(
      expect.arrayContaining(['hold.set', 'hold.lifted']),
    );
    const runs = await service.database.query<{ body: Buffer }>(
      `SELECT body FROM ledger_entry WHERE kind = 'ledger.expunged' ORDER BY seq`,
    );
    expect(runs.map(({ body }) => JSON.parse(body.toString()).facts.detail)).toEqual([
      ...['narrative', 'disclosure', 'narrative', 'disclosure'],
    ]);
    const entries = await service.database.query('SELECT 1 FROM ledger_entry');
    await retain(91);
    expect(await service.database.query('SELECT 1 FROM ledger_entry')).toHaveLength(entries.length);
    const [left] = await service.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM ledger_disclosure',
    );
    expect(left!.n).toBe(0);
    expect(await verify()).toMatchObject({ kind: 'redacted', unaccounted: 0 });
  });

  it('stays while it is held, also of reports that were split off before or after', async () => {
    const location = places.pop()!;
    const also = await hire(service.url, service.admin, 'RESPONDER', 'Two');
    const whole = await report(service.url, author, { narrative: CANARY, location });
    expect(await report(service.url, also, { narrative: CANARY, location })).toBe(whole);
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    const [, second] = await reportsOf(service.url, dispatcher, whole);
    const part = (await split(service.url, dispatcher, whole, [second!])).id;
    for (const held of [whole, part]) {
      const input = { incidentId: held, reason: 'LITIGATION' };
      await asked(HOLD, input, service.admin);
      await retain(91);
      expect([await narratives(whole), await narratives(part)]).toEqual([[true], [true]]);
      const { ledger } = await incidentOf(whole);
      const filed = ledger.filter(({ kind }: { kind: string }) => kind === 'report.filed');
      expect(filed.map(({ disclosed }: { disclosed: boolean }) => disclosed)).toEqual([true, true]);
      for (const { sequence } of filed)
        expect(await refused(REDACT, { entry: sequence, reason: 'COURT_ORDER' }, other)).toBe(
          'CONFLICT',
        );
      await asked(LIFT, { incidentId: held }, service.admin);
    }
    await retain(91);
    expect([await narratives(whole), await narratives(part)]).toEqual([[false], [false]]);
  });

  it('is found when nobody wrote it down', async () => {
    await narrated();
    await service.database.query('DELETE FROM ledger_disclosure');
    expect(await verify()).toMatchObject({ kind: 'redacted', unaccounted: 1 });
  });

  it('goes in pieces, and stays for good where the schedule says so', async () => {
    await service.database.query(
      `DO $$ DECLARE mark bytea; BEGIN FOR n IN 1..1200 LOOP
         mark := sha256(convert_to('mark' || n, 'UTF8'));
         INSERT INTO ledger_disclosure (commitment, salt, key_id, value) VALUES (mark, '', 'k', '');
         PERFORM ledger_append('test', gen_random_uuid(), '2020-01-01', convert_to(
           '{"commitment":"' || encode(mark, 'hex') || '","facts":{"n":' || n || '}}', 'UTF8'));
       END LOOP; END $$`,
    );
    const left = async () =>
      (await service.database.query('SELECT 1 FROM ledger_disclosure WHERE entry IS NOT NULL'))
        .length;
    const { retention } = app().get(Config);
    const days = retention.disclosureDays;
    retention.disclosureDays = 0;
    await retain(0);
    expect(await left()).toBe(1_200);
    retention.disclosureDays = days;
    await retain(0);
    expect(await left()).toBe(0);
    const ranges = await service.database.query<{ body: Buffer }>(
      `SELECT body FROM ledger_entry WHERE kind = 'ledger.expunged' ORDER BY seq DESC LIMIT 3`,
    );
    const counts = ranges.map(({ body }) => {
      const [[first, last]] = JSON.parse(body.toString()).facts.entries as [[number, number]];
      return last - first + 1;
    });
    expect(counts).toEqual([200, 500, 500]);
  });

  it('leaves what staff can prove: each entry, against the checkpoint of the hour', async () => {
    const incidentId = await narrated();
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    await asked(VERIFY, { incidentId }, dispatcher);
    const before = await app().get(Checkpoints).make();
    const { ledger } = await incidentOf(incidentId, dispatcher);
    expect(ledger).toHaveLength(2);
    for (const { sequence, body, leaf, proof } of ledger) {
      expect(leafOf(Buffer.from(body)).toString('hex')).toBe(leaf);
      const path = proof.path.map((hash: string) => Buffer.from(hash, 'hex'));
      const { size, root } = proof.checkpoint;
      const bytes = Buffer.from(leaf, 'hex');
      expect(includes(bytes, sequence - 1, size, path, Buffer.from(root, 'hex'))).toBe(true);
    }
    const newest = await narrated();
    expect((await incidentOf(newest)).ledger[0].proof).toBeNull();
    const now = await app().get(Checkpoints).make();
    const variables = { size: before.size };
    const { ledgerConsistency } = await ask(service.url, GROWTH, variables, analyst.token);
    const path = ledgerConsistency.path.map((hash: string) => Buffer.from(hash, 'hex'));
    const [first, last] = [before, now].map(({ root }) => Buffer.from(root, 'hex'));
    expect(growsFrom(before.size, now.size, first!, last!, path)).toBe(true);
    for (const size of [-1, now.size + 1])
      expect(await codeOf(service.url, GROWTH, { size }, analyst.token)).toBe('BAD_USER_INPUT');
    const own = await incidentOf(incidentId, author);
    expect([own.ledger, own.legalHold]).toEqual([null, null]);
  });
});
