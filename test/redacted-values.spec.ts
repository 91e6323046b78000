import { Retention } from '../src/incidents/record/retention.service.js';
import { VerificationStore } from '../src/ledger/verification.store.js';
import { Clock } from '../src/platform/clock.js';
import { Config } from '../src/platform/config.js';
import { Database } from '../src/platform/database.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { detailsOf, record, said } from './support/details.js';
import { ask, codeOf } from './support/graphql.js';
import { amend, historyOf, policiesOf, policyInput, promise } from './support/policies.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const REDACT = `mutation ($input: RedactEntryInput!) { redactEntry(input: $input) { id } }`;
const APPROVE = `mutation ($input: DecideRedactionInput!) { approveRedaction(input: $input) { id } }`;
const HOLD = `mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { id } }`;
const LIFT = `mutation ($input: LiftLegalHoldInput!) { liftLegalHold(input: $input) { id } }`;

const OSCEOLA = '1201470';
const ORANGE = '1201440';
const DAY_MS = 86_400_000;

/** What analysts record is kept for good; two people can take a value of it out all the same. */
describe('what was recorded after the fact, and promised,', () => {
  let service: TestService;
  let desk: Desk;
  let crew: Crew;
  let analyst: Person;
  let other: Person;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'One');
    other = await hire(service.url, service.admin, 'ANALYST', 'Two');
  });
  afterAll(() => service.close());

  const sequence = async (subject: string, kind: string): Promise<number> => {
    const [entry] = await service.database.query<{ seq: number }>(
      'SELECT seq::int AS seq FROM ledger_entry WHERE subject = $1 AND kind = $2 ORDER BY seq',
      [subject, kind],
    );
    return entry!.seq;
  };
  const propose = (entry: number) =>
    codeOf(service.url, REDACT, { input: { entry, reason: 'COURT_ORDER' } }, analyst.token);
  const redact = async (entry: number) => {
    const input = { entry, reason: 'PERSON_NAMED' };
    const { redactEntry } = await ask(service.url, REDACT, { input }, analyst.token);
    await ask(service.url, APPROVE, { input: { redactionId: redactEntry.id } }, other.token);
  };
  const disclosed = async (entry: number) =>
    (await service.database.query('SELECT 1 FROM ledger_disclosure WHERE entry = $1', [entry]))
      .length === 1;
  const verify = () => {
    const { app } = service.service;
    return new VerificationStore(app.get(Database), app.get(Config).keyring).verify();
  };
  const retainIn = async (days: number) => {
    const clock = service.service.app.get(Clock);
    clock.now = () => new Date(Date.now() + days * DAY_MS);
    await service.service.app
      .get(Retention)
      .run()
      .finally(() => Reflect.deleteProperty(clock, 'now'));
  };

  it('loses a count in the table, too, when its entry is redacted, and no code', async () => {
    const id = await desk.reported(crew.author);
    const first = { agents: said(7), place: said('ROUTE') };
    expect((await record(service.url, analyst, id, first)).errors).toBeUndefined();
    await record(service.url, analyst, id, { vehicles: said(3) });
    await redact(await sequence(id, 'incident.details-recorded'));
    const { details, detailHistory } = await detailsOf(service.url, analyst, id);
    expect(details).toMatchObject({
      agents: null,
      place: { value: 'ROUTE' },
      vehicles: { value: 3 },
    });
    expect(detailHistory).toContainEqual(
      expect.objectContaining({ field: 'agents', revision: 1, values: [], source: null }),
    );
    expect(await verify()).toMatchObject({ kind: 'redacted', unaccounted: 0 });
    expect((await record(service.url, analyst, id, { agents: said(5) })).errors).toBeUndefined();
    expect((await detailsOf(service.url, analyst, id)).details.agents.value).toBe(5);
  });

  it('loses the address of a document of that version, and can be corrected after', async () => {
    const id = await promise(service.url, analyst, { kind: 'AGREEMENT_287G' });
    const changed = { sourceUrl: 'https://board.example.org/new.pdf' };
    expect((await amend(service.url, analyst, id, changed)).errors).toBeUndefined();
    await redact(await sequence(id, 'policy.amended'));
    const asked = { kinds: ['AGREEMENT_287G'] };
    expect(await policiesOf(service.url, OSCEOLA, asked)).toMatchObject([
      { version: 2, sourceUrl: null, sourceSha256: policyInput().sourceSha256 },
    ]);
    const ended = await amend(service.url, analyst, id, { effectiveUntil: '2026-01-31' });
    expect(ended.errors).toBeUndefined();
    const addresses = await service.database.query<{ source_url: string | null }>(
      'SELECT source_url FROM district_policy WHERE id = $1 ORDER BY version',
      [id],
    );
    expect(addresses.map(({ source_url }) => source_url)).toEqual([
      ...[policyInput().sourceUrl, null, null],
    ]);
    expect(await historyOf(service.url, analyst, id)).toHaveLength(3);
  });

  it('is under hold with an incident: its own, and the promises of its district', async () => {
    const incidentId = await desk.reported(crew.author);
    await record(service.url, analyst, incidentId, { agents: said(2) });
    const policy = await promise(service.url, analyst, { kind: 'WELCOMING_RESOLUTION' });
    const elsewhere = await promise(service.url, analyst, { districtId: ORANGE });
    const admin = service.admin.token;
    await ask(service.url, HOLD, { input: { incidentId, reason: 'LITIGATION' } }, admin);
    const held = [
      await sequence(incidentId, 'incident.details-recorded'),
      await sequence(policy, 'policy.recorded'),
    ];
    for (const entry of held) expect(await propose(entry)).toBe('CONFLICT');
    expect(await propose(await sequence(elsewhere, 'policy.recorded'))).toBeUndefined();
    await ask(service.url, LIFT, { input: { incidentId } }, admin);
    for (const entry of held) expect(await propose(entry)).toBeUndefined();
  });

  it('is no raw detail: the schedule takes the report and leaves these', async () => {
    const incidentId = await desk.reported(crew.author);
    await record(service.url, analyst, incidentId, { agents: said(2) });
    const policy = await promise(service.url, analyst, { kind: 'POLICE_AGREEMENT_MOU' });
    await retainIn(91);
    expect(await disclosed(await sequence(incidentId, 'report.filed'))).toBe(false);
    expect(await disclosed(await sequence(incidentId, 'incident.details-recorded'))).toBe(true);
    expect(await disclosed(await sequence(policy, 'policy.recorded'))).toBe(true);
    expect(await verify()).toMatchObject({ kind: 'redacted', unaccounted: 0 });
  });

  it.each([
    `UPDATE district_policy SET source_url = NULL`,
    `UPDATE incident_detail SET value = NULL, source = NULL, certainty = NULL`,
  ])('is emptied by the one way there is, and not by %s', async (statement) => {
    const database = service.service.app.get(Database);
    const attempt = database.transaction((tx) => tx.query(statement));
    await expect(attempt).rejects.toThrow(/permission denied/);
  });
});
