import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { detailsOf, record, said } from './support/details.js';
import { ask } from './support/graphql.js';
import { DISMISS, FILE_REPORT, START_DRILL, VERIFY } from './support/operations.js';
import { amend, promise } from './support/policies.js';
import { hire, reportInput, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const KISSIMMEE_SCHOOL = '120147001468';
const DAY_MS = 86_400_000;

/** Practice beside promise. */
describe('departures', () => {
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
  afterEach(async () => {
    await service.database.query('TRUNCATE district_policy');
  });

  const enter = (kind: string, change: object = {}) =>
    promise(service.url, analyst, { kind, effectiveFrom: '2020-01-01', ...change });
  const put = async (id: string, details: object) => {
    expect((await record(service.url, analyst, id, details)).errors).toBeUndefined();
  };
  const of = async (id: string) =>
    (await detailsOf(service.url, analyst, id)).departures as Record<string, any>[];
  const verify = (incidentId: string) =>
    ask(service.url, VERIFY, { input: { incidentId } }, crew.dispatcher.token);
  const LET_IN = {
    entrySought: said('YES', 'CONFIRMED', 'SCHOOL_STATEMENT'),
    entryOutcome: said('GRANTED', 'CONFIRMED', 'SCHOOL_STATEMENT'),
    authorityShown: said(['ADMINISTRATIVE_I200']),
  };

  it('name the rule, the policy and the facts, and are alleged until all of them are confirmed', async () => {
    const policyId = await enter('JUDICIAL_WARRANT_RULE');
    const id = await desk.reported(crew.author);
    await verify(id);
    await put(id, LET_IN);
    const departure = {
      rule: 'ENTRY_WITHOUT_JUDICIAL_WARRANT',
      policyId,
      policy: {
        id: policyId,
        kind: 'JUDICIAL_WARRANT_RULE',
        version: 1,
        effectiveFrom: '2020-01-01',
      },
    };
    expect(await of(id)).toEqual([
      {
        ...departure,
        certainty: 'ALLEGED',
        facts: [
          {
            ...{ field: 'entryOutcome', values: ['GRANTED'] },
            ...{ source: 'SCHOOL_STATEMENT', certainty: 'CONFIRMED' },
          },
          {
            ...{ field: 'authorityShown', values: ['ADMINISTRATIVE_I200'] },
            ...{ source: 'WITNESS', certainty: 'ALLEGED' },
          },
        ],
      },
    ]);
    await put(id, { authorityShown: said(['ADMINISTRATIVE_I200'], 'CONFIRMED', 'DOCUMENT') });
    expect(await of(id)).toMatchObject([{ ...departure, certainty: 'CONFIRMED' }]);
    await put(id, { authorityShown: said(['JUDICIAL_AO442'], 'CONFIRMED', 'DOCUMENT') });
    expect(await of(id)).toEqual([]);
  });

  it('are from no promise that was made up', async () => {
    await enter('JUDICIAL_WARRANT_RULE', { sourceUrl: 'https://synthetic.example/1201470/rule' });
    const id = await desk.reported(crew.author);
    await put(id, LET_IN);
    expect(await of(id)).toEqual([]);
    const [review] = await service.database.query(
      'SELECT policies, departures FROM incident_review WHERE incident_id = $1',
      [id],
    );
    expect(review).toEqual({ policies: [], departures: [] });
    const { district } = await ask(
      service.url,
      '{ district(id: "1201470") { policies { kind synthetic } } }',
    );
    expect(district.policies).toEqual([{ kind: 'JUDICIAL_WARRANT_RULE', synthetic: true }]);
  });

  it('are found by every rule at once, each under its own policy', async () => {
    for (const kind of [
      ...['WELCOMING_RESOLUTION', 'JUDICIAL_WARRANT_RULE', 'INFORMATION_SHARING_BAN'],
      ...['FAMILY_NOTIFICATION_RULE', 'AGREEMENT_287G'],
    ])
      await enter(kind);
    const id = await desk.reported(crew.author);
    await put(id, {
      ...LET_IN,
      schoolPoliceAssisted: said('YES'),
      schoolPoliceSharedInformation: said('YES'),
      schoolSharedInformation: said('YES'),
      familiesNotified: said('NO'),
    });
    expect((await of(id)).map(({ rule, policy }) => `${rule} ${policy.kind}`)).toEqual([
      'ENTRY_WITHOUT_JUDICIAL_WARRANT JUDICIAL_WARRANT_RULE',
      'INFORMATION_SHARED_BY_SCHOOL INFORMATION_SHARING_BAN',
      'INFORMATION_SHARED_BY_SCHOOL_POLICE INFORMATION_SHARING_BAN',
      'POLICE_ASSISTED WELCOMING_RESOLUTION',
      'FAMILIES_NOT_TOLD FAMILY_NOTIFICATION_RULE',
    ]);
  });

  it('of an incident that nobody confirmed are no more than alleged', async () => {
    await enter('FAMILY_NOTIFICATION_RULE');
    const id = await desk.reported(crew.author);
    await put(id, { familiesNotified: said('NO', 'CONFIRMED', 'SCHOOL_STATEMENT') });
    expect(await of(id)).toMatchObject([{ certainty: 'ALLEGED' }]);
    await verify(id);
    expect(await of(id)).toMatchObject([{ certainty: 'CONFIRMED' }]);
  });

  it('go by the day at the school, not by that of London', async () => {
    // In Florida it is the evening of the day before until 4 or 5 in the morning, UTC.
    const today = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
    const at = new Date(today.getTime() - 2 * DAY_MS + 2 * 3_600_000);
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const [localDay, utcDay] = [day(at.getTime() - DAY_MS), day(at.getTime())];
    const id = await desk.reported(crew.author, { observedAt: at.toISOString() });
    await put(id, { familiesNotified: said('NO') });
    await enter('FAMILY_NOTIFICATION_RULE', { effectiveFrom: utcDay });
    expect(await of(id)).toEqual([]);
    await enter('FAMILY_NOTIFICATION_RULE', { effectiveFrom: localDay, effectiveUntil: localDay });
    expect(await of(id)).toMatchObject([{ policy: { effectiveFrom: localDay } }]);
  });

  it('follow a correction of the policy', async () => {
    const policyId = await enter('FAMILY_NOTIFICATION_RULE');
    const id = await desk.reported(crew.author);
    await put(id, { familiesNotified: said('NO') });
    expect(await of(id)).toMatchObject([{ policy: { version: 1 } }]);
    await amend(service.url, analyst, policyId, { sourceSha256: 'c'.repeat(64) });
    expect(await of(id)).toMatchObject([{ policyId, policy: { version: 2 } }]);
    await amend(service.url, analyst, policyId, { effectiveUntil: '2020-12-31' });
    expect(await of(id)).toEqual([]);
  });

  it('are of the district of the incident, and no other', async () => {
    await enter('FAMILY_NOTIFICATION_RULE', { districtId: '1201440' });
    const id = await desk.reported(crew.author);
    await put(id, { familiesNotified: said('NO') });
    expect(await of(id)).toEqual([]);
  });

  it('are none of what was dismissed, and none of a drill', async () => {
    await enter('FAMILY_NOTIFICATION_RULE');
    const id = await desk.reported(crew.author);
    await put(id, { familiesNotified: said('NO') });
    expect(await of(id)).toHaveLength(1);
    const input = { incidentId: id, outcome: 'UNFOUNDED' };
    await ask(service.url, DISMISS, { input }, crew.dispatcher.token);
    expect(await of(id)).toEqual([]);
    const { token } = crew.dispatcher;
    await ask(service.url, START_DRILL, { input: { schoolId: KISSIMMEE_SCHOOL } }, token);
    const { fileReport } = await ask(
      service.url,
      FILE_REPORT,
      { input: reportInput({ drill: true }) },
      token,
    );
    await put(fileReport.incidentId, { familiesNotified: said('NO') });
    expect(await of(fileReport.incidentId)).toEqual([]);
  });
});
