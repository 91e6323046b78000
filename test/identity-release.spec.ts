import { Retention } from '../src/incidents/record/retention.service.js';
import { Clock } from '../src/platform/clock.js';
import { Crew } from './support/crew.js';
import {
  ANSWER_RELEASE,
  ASK_RELEASE,
  RELEASES,
  entriesOf,
  get,
  recordsOf,
} from './support/exports.js';
import { ask, codeOf, send } from './support/graphql.js';
import { UPDATE_STAFF } from './support/operations.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const REASON = 'Subpoena of the district court, case 26-17';
const REDACT = `mutation ($input: RedactEntryInput!) { redactEntry(input: $input) { id } }`;
const APPROVE = `mutation ($input: DecideRedactionInput!) { approveRedaction(input: $input) { id } }`;
const FILTER = { districtId: '1201470' };

describe('who responders are', () => {
  let service: TestService;
  let crew: Crew;
  let analyst: Person;
  let admin: Person;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    admin = await hire(service.url, service.admin, 'ADMIN', 'Four');
    await crew.alert();
  });
  afterAll(() => service.close());

  const request = async (person = analyst, filter: object = FILTER) => {
    const input = { reason: REASON, filter };
    const { askIdentityRelease } = await ask(service.url, ASK_RELEASE, { input }, person.token);
    return askIdentityRelease as Record<string, any>;
  };
  const answer = (releaseId: string, approve = true, person = admin) =>
    send(service.url, ANSWER_RELEASE, { input: { releaseId, approve } }, person.token);
  const take = (release: string, query = 'districtId=1201470', person = analyst) =>
    get(service.url, `/exports/incidents.csv?${query}&release=${release}`, person);
  const refusal = async (response: Promise<Response>) => {
    const { status, message } = await response.then(async (one) => ({
      status: one.status,
      message: ((await one.json()) as { error?: { message: string } }).error?.message,
    }));
    expect(status).toBe(400);
    return message;
  };

  it('leaves once, when an admin who is another said so', async () => {
    const { id, state, filter } = await request();
    expect({ state, filter }).toEqual({ state: 'ASKED', filter: JSON.stringify(FILTER) });
    expect(await refusal(take(id))).toMatch(/release: is ASKED/);
    expect((await answer(id)).data!.answerIdentityRelease).toMatchObject({
      ...{ state: 'APPROVED', answeredBy: admin.id },
    });
    const response = await take(id);
    const [row] = recordsOf(await response.text());
    expect(row!.responders).toMatch(/^RESPONDER \w{4} \(One\)$/);
    expect(row!.verified_by).toMatch(/^DISPATCHER \w{4} \(Two\)$/);
    expect(await refusal(take(id))).toMatch(/USED/);
    const exportId = response.headers.get('campana-export')!;
    const [began] = await entriesOf(service.database, exportId);
    expect(began!.facts.releaseId).toBe(id);
    const kinds = (await entriesOf(service.database, id)).map(({ kind, actor }) => [kind, actor]);
    expect(kinds).toEqual([
      ['identities.asked', analyst.id],
      ['identities.approved', admin.id],
    ]);
  });

  it('is not answered by who asked, twice, or by an analyst', async () => {
    const own = await request(admin);
    const before = await answer(own.id, true, admin);
    expect(before.errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect((await answer(own.id, true, analyst)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect((await answer(own.id, false, service.admin)).errors).toBeUndefined();
    expect((await answer(own.id, true, service.admin)).errors![0]!.extensions.code).toBe(
      'CONFLICT',
    );
    expect(await refusal(take(own.id, 'districtId=1201470', admin))).toMatch(/REJECTED/);
  });

  it('is released for these incidents, this person and a day', async () => {
    const { id } = await request();
    await answer(id);
    expect(await refusal(take(id, 'districtId=1201440'))).toMatch(/other incidents/);
    expect(await refusal(take(id, 'districtId=1201470', service.admin))).toMatch(/somebody else/);
    await service.database.query(
      `UPDATE identity_release SET approved_at = approved_at - interval '25 hours' WHERE id = $1`,
      [id],
    );
    expect(await refusal(take(id))).toMatch(/LAPSED/);
  });

  it('stays, when whoever said so is no admin any more', async () => {
    const leaving = await hire(service.url, service.admin, 'ADMIN', 'Five');
    const { id } = await request();
    await answer(id, true, leaving);
    const input = { staffId: leaving.id, suspended: true };
    await ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
    expect(await refusal(take(id))).toMatch(/no admin/);
  });

  it('is asked for with a reason, which stands nowhere in clear', async () => {
    const short = { input: { reason: ' short ', filter: FILTER } };
    expect(await codeOf(service.url, ASK_RELEASE, short, analyst.token)).toBe('BAD_USER_INPUT');
    const unknown = { input: { reason: REASON, filter: { districtId: '9999999' } } };
    expect(await codeOf(service.url, ASK_RELEASE, unknown, analyst.token)).toBe('BAD_USER_INPUT');
    await request();
    const rows = await service.database.query('SELECT row_to_json(r) FROM identity_release r');
    const dump = JSON.stringify([
      rows,
      await service.database.query('SELECT body FROM ledger_entry'),
    ]);
    for (const clear of [REASON, '1201470']) {
      expect(dump).not.toContain(clear);
      expect(dump).not.toContain(Buffer.from(clear).toString('hex'));
    }
    expect(service.log.join('')).not.toContain('Subpoena');
  });

  it('says why for good, unless two people redact it: then nobody is told, and it is of no use', async () => {
    const { id } = await request();
    await answer(id);
    const clock = service.service.app.get(Clock);
    clock.now = () => new Date(Date.now() + 400 * 86_400_000);
    const run = service.service.app.get(Retention).run();
    await run.finally(() => Reflect.deleteProperty(clock, 'now'));
    const [entry] = await service.database.query<{ seq: number }>(
      `SELECT seq::int AS seq FROM ledger_entry JOIN ledger_disclosure ON entry = seq
       WHERE kind = 'identities.asked' AND subject = $1`,
      [id],
    );
    const input = { entry: entry!.seq, reason: 'PERSON_NAMED' };
    const { redactEntry } = await ask(service.url, REDACT, { input }, analyst.token);
    await ask(service.url, APPROVE, { input: { redactionId: redactEntry.id } }, admin.token);
    const { edges } = (await ask(service.url, RELEASES, {}, admin.token)).identityReleases;
    const { node } = edges.find((one: { node: { id: string } }) => one.node.id === id);
    expect(node).toEqual({ id, state: 'APPROVED', reason: null });
    await refusal(take(id));
  });

  it('is listed to admins, and to analysts their own', async () => {
    const seen = async ({ token }: Person) =>
      (await ask(service.url, RELEASES, {}, token)).identityReleases.edges as unknown[];
    const other = await hire(service.url, service.admin, 'ANALYST');
    expect(await seen(other)).toEqual([]);
    expect((await seen(admin)).length).toBeGreaterThan((await seen(analyst)).length);
  });
});
