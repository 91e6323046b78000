import { createHash } from 'node:crypto';
import { Checkpoints } from '../src/ledger/checkpoints.service.js';
import { includes } from '../src/ledger/merkle.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { record, said } from './support/details.js';
import { merge } from './support/merges.js';
import { CLEAR, DISMISS, VERIFY } from './support/operations.js';
import { promise, WITHDRAW_POLICY } from './support/policies.js';
import { page, refusal, timeline } from './support/review.js';
import { ask } from './support/graphql.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const OSCEOLA = '1201470';
const ORDERS = ['REPORTED_LAST_FIRST', 'REPORTED_FIRST_FIRST'];

/** The list of incidents as it is used, while the network goes on. */
describe('the list of incidents', () => {
  let service: TestService;
  let desk: Desk;
  let crew: Crew;
  let analyst: Person;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
  });
  afterAll(() => service.close());

  const ids = async (filter: object) => (await page(service.url, analyst, { filter })).ids;
  const dispatch = (operation: string, incidentId: string, more = {}) =>
    ask(service.url, operation, { input: { incidentId, ...more } }, crew.dispatcher.token);

  it.each(ORDERS)('%s shows each once and misses none while reports come in', async (orderBy) => {
    const before = await Promise.all(Array.from({ length: 7 }, () => desk.reported(crew.author)));
    const known = (await page(service.url, analyst, { orderBy, first: 100 })).ids;
    expect(known).toEqual(expect.arrayContaining(before));
    const seen: string[] = [];
    const added: string[] = [];
    let after: string | null = null;
    do {
      const got = await page(service.url, analyst, { orderBy, first: 3, after });
      seen.push(...got.ids);
      after = got.next;
      if (added.length < 4) added.push(await desk.reported(crew.author));
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => known.includes(id))).toEqual(known);
    // What came in is behind the last page where the newest come last, and before the first where not.
    const shown = seen.filter((id) => added.includes(id));
    expect(shown.length > 0).toBe(orderBy === 'REPORTED_FIRST_FIRST');
  });

  it('follows a policy that is entered afterwards, and one that is withdrawn', async () => {
    const id = await desk.reported(crew.author);
    await record(service.url, analyst, id, { familiesNotified: said('NO') });
    const departed = { departures: ['FAMILIES_NOT_TOLD'], districtId: OSCEOLA };
    expect(await ids(departed)).toEqual([]);
    const kind = 'FAMILY_NOTIFICATION_RULE';
    const policyId = await promise(service.url, analyst, { kind, effectiveFrom: '2020-01-01' });
    expect(await ids(departed)).toEqual([id]);
    expect(await ids({ policies: [kind] })).toContain(id);
    expect(await ids({ withoutPolicies: [kind] })).not.toContain(id);
    await ask(service.url, WITHDRAW_POLICY, { input: { policyId } }, analyst.token);
    expect(await ids(departed)).toEqual([]);
  });

  it('follows decisions, corrections and merges', async () => {
    const id = await desk.reported(crew.author);
    expect(await ids({ states: ['UNVERIFIED'] })).toContain(id);
    await dispatch(VERIFY, id);
    expect(await ids({ states: ['UNVERIFIED'] })).not.toContain(id);
    await dispatch(CLEAR, id);
    expect(await ids({ outcomes: ['CLEARED'] })).toEqual([id]);
    const [from, into] = [await desk.reported(crew.author), await desk.reported(crew.author)];
    await merge(service.url, crew.dispatcher, from, into);
    expect(await ids({ states: ['MERGED'] })).toEqual([from]);
    await dispatch(DISMISS, into, { outcome: 'DUPLICATE' });
    expect(await ids({ outcomes: ['DUPLICATE'] })).toEqual([into]);
  });

  it('refuses what makes no sense, and names the field', async () => {
    const wrong = (filter: object) => refusal(service.url, analyst, { filter });
    const bad = (...fields: string[]) => ({ code: 'BAD_USER_INPUT', fields });
    const reversed = { since: '2026-03-04T00:00:00Z', until: '2026-03-03T00:00:00Z' };
    expect(await wrong(reversed)).toEqual(bad('until'));
    expect(await wrong({ districtId: '9999999' })).toEqual(bad('districtId'));
    expect(await wrong({ districtIds: [OSCEOLA, '9999999'] })).toEqual(bad('districtIds.1'));
    expect(await wrong({ schoolIds: ['000000000000'] })).toEqual(bad('schoolIds.0'));
    expect(await wrong({ usStates: ['ZZ'] })).toEqual(bad('usStates.0'));
    const box = { south: 2, north: 1, west: 0, east: 1 };
    expect(await wrong({ box })).toEqual(bad('box.north'));
    expect(await wrong({ cell: '8744a9a4bffffff0' })).toEqual(bad('cell'));
    expect(await wrong({ text: 'x'.repeat(201), withinMeters: -1 })).toEqual(
      bad('withinMeters', 'text'),
    );
    const { next } = await page(service.url, analyst, { first: 1 });
    const other = { after: next, orderBy: 'OBSERVED_LAST_FIRST' };
    expect(await refusal(service.url, analyst, other)).toEqual(bad('after'));
    expect(await refusal(service.url, crew.author, {})).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('has a timeline: everything in order, by whom, with its proof', async () => {
    const [from, into] = [await desk.reported(crew.author), await desk.reported(crew.author)];
    await merge(service.url, crew.dispatcher, from, into);
    await dispatch(VERIFY, into);
    await record(service.url, analyst, into, { agents: said(3) });
    await dispatch(CLEAR, into);
    const entries = (await timeline(service.url, analyst, into))!;
    expect(entries.map(({ kind, incidentId }) => [kind, incidentId])).toEqual([
      ['report.filed', from],
      ['report.filed', into],
      ['incident.merged', from],
      ['incident.merged', into],
      ['incident.verified', into],
      ['incident.details-recorded', into],
      ['incident.cleared', into],
    ]);
    expect(entries.map(({ actor }) => actor)).toEqual(
      [crew.author, crew.author, crew.dispatcher, crew.dispatcher, crew.dispatcher]
        .concat(analyst, crew.dispatcher)
        .map(({ id }) => id),
    );
    for (const { entry, leaf, head, intact } of entries) {
      const [row] = await service.database.query<{ body: Buffer; before: Buffer }>(
        `SELECT body, (SELECT head FROM ledger_entry WHERE seq = $1 - 1) AS before
         FROM ledger_entry WHERE seq = $1`,
        [entry],
      );
      const hash = (mark: number, ...parts: Buffer[]) =>
        createHash('sha256')
          .update(Buffer.concat([Buffer.from([mark]), ...parts]))
          .digest();
      expect(leaf).toBe(hash(0, row!.body).toString('hex'));
      if (row!.before) expect(head).toBe(hash(1, row!.before, hash(0, row!.body)).toString('hex'));
      expect(intact).toBe(true);
    }
    await service.service.app.get(Checkpoints).make();
    for (const { entry, leaf, proof } of (await timeline(service.url, analyst, into))!) {
      const bytes = (hex: string) => Buffer.from(hex, 'hex');
      const { size, root } = proof.checkpoint;
      const path = proof.path.map(bytes);
      expect(includes(bytes(leaf), entry - 1, size, path, bytes(root))).toBe(true);
    }
    const [second] = (await timeline(service.url, analyst, into, {
      ...{ first: 1, after: entries[0]!.entry },
    }))!;
    expect(second!.entry).toBe(entries[1]!.entry);
    expect(await timeline(service.url, crew.author, into)).toBeNull();
  });
});
