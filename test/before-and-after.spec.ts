import { ask, send } from './support/graphql.js';
import { incidentsOn } from './support/incidents-on.js';
import { WITHDRAW_POLICY, promise } from './support/policies.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const SPAN = '{ from through days incidents }';
const BEFORE_AND_AFTER = `query ($policyId: ID!, $days: Int, $weekdaysOnly: Boolean, $filter: IncidentFilter) {
  beforeAndAfterPolicy(policyId: $policyId, days: $days, weekdaysOnly: $weekdaysOnly, filter: $filter) {
    before ${SPAN} after ${SPAN} ratio low high oneSided reading words synthetic
  }
}`;
const [OSCEOLA, ORANGE] = ['1201470', '1201440'];

describe('before and after a policy', () => {
  let service: TestService;
  let analyst: Person;
  let policyId: string;

  beforeAll(async () => {
    service = await startService();
    analyst = await hire(service.url, service.admin, 'ANALYST');
    const { database } = service;
    policyId = await promise(service.url, analyst, { effectiveFrom: '2025-01-01' });
    const on = (districtId: string, from: string, through: string, count: number, state?: string) =>
      incidentsOn(database, { districtId, from, through, count, ...(state && { state }) });
    // The network begins on 1 March 2024, with a report elsewhere.
    await on(ORANGE, '2024-03-01', '2024-03-01', 1);
    await on(OSCEOLA, '2024-05-06', '2024-05-10', 20);
    await on(OSCEOLA, '2024-06-01', '2024-06-02', 4, 'EXPIRED');
    await on(OSCEOLA, '2024-06-03', '2024-06-03', 9, 'RETRACTED');
    await on(OSCEOLA, '2025-01-01', '2025-01-01', 7);
    await on(OSCEOLA, '2025-01-04', '2025-01-04', 1, 'RECORDED');
    await on(OSCEOLA, '2025-02-01', '2025-02-01', 5, 'UNVERIFIED');
    await on(ORANGE, '2025-02-01', '2025-02-01', 50);
    await incidentsOn(database, {
      ...{ districtId: OSCEOLA, from: '2025-02-02', through: '2025-02-02' },
      ...{ count: 30, synthetic: true },
    });
  });
  afterAll(() => service.close());

  const asked = (variables: object) =>
    send(service.url, BEFORE_AND_AFTER, { policyId, ...variables }, analyst.token);
  const found = async (variables: object = {}) => {
    const answer = await ask(
      service.url,
      BEFORE_AND_AFTER,
      { policyId, ...variables },
      analyst.token,
    );
    return answer.beforeAndAfterPolicy as Record<string, any>;
  };

  it('counts confirmed, real incidents of its district on days when there was a network', async () => {
    expect(await found()).toMatchObject({
      before: { from: '2024-03-01', through: '2024-12-31', days: 306, incidents: 24 },
      after: { from: '2025-01-01', through: '2025-12-31', days: 365, incidents: 8 },
      ratio: expect.closeTo(8 / 365 / (24 / 306), 12),
      ...{ oneSided: false, reading: 'FEWER_AFTER', synthetic: false },
    });
  });

  it('says so in words, with its interval and without a cause', async () => {
    const { words, low, high } = await found();
    expect(words).toBe(
      `24 incidents in 306 calendar days before, 8 incidents in 365 calendar days after. The rate after is 0.28 times that before (95 % interval: ${low.toFixed(2)} to ${high.toFixed(2)}). There were fewer after, by more than chance explains. Figures like these do not show why.`,
    );
  });

  it('takes weekdays alone, of incidents and of days', async () => {
    expect(await found({ weekdaysOnly: true })).toMatchObject({
      before: { days: 218, incidents: 20 },
      after: { days: 261, incidents: 7 },
    });
  });

  it('has one limit where one side has none, and nothing to say of nothing', async () => {
    expect(await found({ days: 100 })).toMatchObject({
      ...{ before: { incidents: 0 }, after: { incidents: 8 }, ratio: null, high: null },
      ...{ oneSided: true, reading: 'MORE_AFTER' },
    });
    const filter = { activities: ['CAMPUS_ENTRY'] };
    expect(await found({ filter })).toMatchObject({
      ...{ ratio: null, low: null, high: null, reading: 'NOTHING_TO_COMPARE' },
    });
  });

  it('ends on the last day of the policy, and knows what was made up', async () => {
    const input = { kind: 'WELCOMING_RESOLUTION', effectiveFrom: '2025-01-01' };
    const ended = { ...input, effectiveUntil: '2025-01-03' };
    const short = await promise(service.url, analyst, ended);
    expect((await found({ policyId: short })).after).toMatchObject({ days: 3, incidents: 7 });
    const made = await found({ filter: { synthetic: true }, days: 20 }).catch(String);
    expect(made).toContain('CONFLICT');
  });

  it.each([
    [{ days: 0 }, 'days'],
    [{ days: 4_000 }, 'days'],
    [{ filter: { districtId: ORANGE } }, 'filter.districtId'],
    [{ filter: { since: '2025-01-01T00:00:00Z' } }, 'filter.since'],
    [{ filter: { drills: true } }, 'filter.drills'],
    [{ policyId: 'x' }, 'policyId'],
  ])('refuses %j', async (variables, field) => {
    const { errors } = await asked(variables);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
  });

  it('refuses what never held, what is to come, and what nobody knows', async () => {
    const code = async (id: string) => (await asked({ policyId: id })).errors![0]!.extensions.code;
    const next = { kind: 'AGREEMENT_287G', effectiveFrom: '2099-01-01' };
    expect(await code(await promise(service.url, analyst, next))).toBe('CONFLICT');
    const wrong = { kind: 'POLICE_AGREEMENT_MOU', effectiveFrom: '2025-01-01' };
    const withdrawn = await promise(service.url, analyst, wrong);
    await ask(service.url, WITHDRAW_POLICY, { input: { policyId: withdrawn } }, analyst.token);
    expect(await code(withdrawn)).toBe('CONFLICT');
    expect(await code('00000000-0000-4000-8000-000000000000')).toBe('NOT_FOUND');
  });
});
