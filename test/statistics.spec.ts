import { randomUUID } from 'node:crypto';
import { timeZoneAt } from '../src/alerts/time-zone.js';
import { GROUP_BY_NAMES, type GroupByName } from '../src/analytics/statistics/grouping.js';
import { AGENCIES } from '../src/alerts/notice.js';
import { ReviewFilters } from '../src/incidents/review/filters.service.js';
import type { IncidentFilter } from '../src/incidents/review/incident-filter.js';
import { ask, send } from './support/graphql.js';
import { fits, seen, type Seen } from './support/in-memory-filter.js';
import { RandomHistory, type HeldIncident, type HeldSchool } from './support/random-history.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const INCIDENTS = 260;
const SEED = Number(process.env.RANDOM_SEED ?? 4);
const SHARE = '{ count of share low high }';
const FIGURES = `{
  incidents confirmed minutes { incidents lowerQuartile median upperQuartile } unfounded ${SHARE}
  devices { incidents devices }
  absences { incidents below medianRatio above ${SHARE} excess { from to } }
}`;
const STATISTICS = `query ($groupBy: [IncidentGrouping!]!, $measure: IncidentMeasure, $filter: IncidentFilter) {
  incidentStatistics(groupBy: $groupBy, measure: $measure, filter: $filter) {
    overlapping synthetic total ${FIGURES} groups { keys figures ${FIGURES} }
  }
}`;

/** What was added to an incident, besides what its history holds. */
interface Added {
  verified: number | null;
  corrected: number | null;
  told: number | null;
  absences: [number, number] | null;
}

/** An incident with all that is asked of it. */
type Known = HeldIncident & Added & { seen: Seen };

const CONFIRMED = new Set<string>(['ACTIVE', 'CLEARED', 'EXPIRED', 'RECORDED']);
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function clock({ school, observedAt }: Known) {
  const timeZone = timeZoneAt(school.latitude, school.longitude);
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', weekday: 'short', hour: '2-digit' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  }).formatToParts(observedAt);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value])) as Record<
    string,
    string
  >;
}

/** ISO 8601: the week of a day is that of its Thursday. */
function isoWeek({ year, month, day }: Record<string, string>): string {
  const date = new Date(Date.UTC(+year!, +month! - 1, +day!));
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const week = Math.ceil(((+date - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

const orNone = (list: string[]) => (list.length > 0 ? list : [null]);
const KEYS: Record<GroupByName, (one: Known) => (string | null)[]> = {
  MONTH: (one) => [`${clock(one).year}-${clock(one).month}`],
  WEEK: (one) => [isoWeek(clock(one))],
  WEEKDAY: (one) => [String(WEEKDAYS.indexOf(clock(one).weekday!) + 1)],
  HOUR: (one) => [clock(one).hour!],
  STATE: ({ school }) => [school.state],
  DISTRICT: ({ school }) => [school.districtId],
  SCHOOL_LEVEL: ({ school }) => [school.level?.toUpperCase() ?? null],
  AGENCY: (one) => [one.seen.agency],
  ACTIVITY: ({ activity }) => [activity],
  OUTCOME: (one) => [one.seen.outcome],
  AUTHORITY: (one) => orNone(one.seen.authorities),
  POLICY: (one) => orNone(one.seen.policies),
  DEPARTURE: (one) => orNone(one.seen.departures),
};

function recount(all: Known[], groupBy: GroupByName[]): Map<string, Known[]> {
  const groups = new Map<string, Known[]>();
  for (const one of all)
    for (const first of KEYS[groupBy[0]!](one))
      for (const second of groupBy[1] ? KEYS[groupBy[1]](one) : [undefined]) {
        const key = JSON.stringify(second === undefined ? [first] : [first, second]);
        groups.set(key, [...(groups.get(key) ?? []), one]);
      }
  return groups;
}

/** Between the two in the middle; as percentile_cont has it. */
function quantile(sorted: number[], at: number): number | null {
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * at;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place % 1);
}

const numbers = (values: (number | null)[]) =>
  values.filter((one): one is number => one !== null).toSorted((one, other) => one - other);

describe('figures of incidents', () => {
  let service: TestService;
  let analyst: Person;
  let all: Known[];
  let history: RandomHistory;

  beforeAll(async () => {
    service = await startService();
    analyst = await hire(service.url, service.admin, 'ANALYST');
    const { database, admin } = service;
    const filters = service.service.app.get(ReviewFilters);
    history = new RandomHistory(database, admin.id, (text) => filters.tokens(text), SEED);
    const schools = await history.schools();
    const drillId = randomUUID();
    await database.query(`INSERT INTO drill VALUES ($1, $2, 28, -81, $3, now(), now(), now())`, [
      drillId,
      schools[0]!.id,
      admin.id,
    ]);
    await happen(schools, drillId);
    const added = new Map<HeldIncident, Added>();
    for (const one of history.incidents) added.set(one, await add(one));
    all = history.incidents.map((one) => ({
      ...{ ...one, ...added.get(one)! },
      seen: seen(one, history.policies),
    }));
  }, 120_000);
  afterAll(() => service.close());

  async function happen(schools: HeldSchool[], drillId: string): Promise<void> {
    for (let at = 0; at < INCIDENTS; at++) {
      await history.incident(schools, drillId);
      for (let n = 0; n < 2; n++)
        if (history.chance(0.7)) await history.detail(history.pick(history.incidents));
      if (history.chance(0.4)) await history.policy(schools);
    }
  }

  async function add({ id, state, drill }: HeldIncident): Promise<Added> {
    const { chance, random } = history;
    const some = (most: number) => 1 + Math.floor(random() * most);
    const wasVerified = !['UNVERIFIED', 'DISMISSED', 'MERGED', 'RECORDED'].includes(state);
    const verified = wasVerified ? some(90) : null;
    const corrected = ['CLEARED', 'RETRACTED'].includes(state) ? some(300) : null;
    await service.database.query(
      `UPDATE incident SET verified_at = opened_at + make_interval(mins => $2),
         corrected_at = opened_at + make_interval(mins => $2 + $3) WHERE id = $1`,
      [id, verified, corrected],
    );
    const told = wasVerified && !drill && chance(0.6) ? some(500) : null;
    if (told) await deliver(id, told);
    const absences: [number, number] | null = chance(0.4) ? [some(80), some(60)] : null;
    for (const [index, field] of ['absences', 'absencesBaseline'].entries())
      if (absences)
        await service.database.query(
          `INSERT INTO incident_detail SELECT $1, 90, $2, to_jsonb($3::int), 'SCHOOL_RECORD', 'CONFIRMED', $4, now()`,
          [id, field, absences[index], service.admin.id],
        );
    return { verified, corrected, told, absences };
  }

  const deliver = (incidentId: string, accepted: number) =>
    service.database.query(
      `INSERT INTO delivery (id, incident_id, ordinal, topic, payloads, expires, reach, created_at, accepted)
       VALUES (gen_random_uuid(), $1, 1, 't', '{}', now(), 'AUDIENCE', now(), $2)`,
      [incidentId, accepted],
    );

  const statistics = async (groupBy: GroupByName[], measure = 'INCIDENTS', filter: object = {}) => {
    const variables = { groupBy, measure, filter };
    const answer = await ask(service.url, STATISTICS, variables, analyst.token);
    return answer.incidentStatistics as Record<string, any>;
  };
  /** Real ones, and what was merged counted where it went. */
  const counted = (filter: IncidentFilter = {}) =>
    all.filter(
      (one) =>
        one.state !== 'MERGED' &&
        (typeof filter.synthetic === 'boolean' || !one.synthetic) &&
        fits(filter, one, one.seen),
    );

  const expectGroups = async (
    groupBy: GroupByName[],
    filter: IncidentFilter,
    measure: string,
    figure: (group: Known[]) => object,
  ) => {
    const found = await statistics(groupBy, measure, filter);
    const expected = recount(counted(filter), groupBy);
    expect(found.groups.map(({ keys }: { keys: string[] }) => JSON.stringify(keys)).sort()).toEqual(
      [...expected.keys()].sort(),
    );
    for (const { keys, figures } of found.groups)
      expect({ keys, ...figures }).toMatchObject({
        ...{ keys, ...figure(expected.get(JSON.stringify(keys))!) },
      });
    expect(found.total).toMatchObject(figure(counted(filter)));
    return found;
  };
  const howMany = (group: Known[]) => ({
    incidents: group.length,
    confirmed: group.filter(({ state }) => CONFIRMED.has(state)).length,
  });

  it.each(GROUP_BY_NAMES)('are those of a recount by %s', async (name) => {
    const found = await expectGroups([name], {}, 'INCIDENTS', howMany);
    expect(found.overlapping).toBe(['AUTHORITY', 'POLICY', 'DEPARTURE'].includes(name));
    expect(found.synthetic).toBe(false);
  });

  it('are those of a recount by every two dimensions', async () => {
    for (const one of GROUP_BY_NAMES)
      for (const other of GROUP_BY_NAMES)
        if (one !== other) await expectGroups([one, other], {}, 'INCIDENTS', howMany);
  });

  it('obey the filter of the incidents', async () => {
    const filters: IncidentFilter[] = [
      { usStates: ['TX'] },
      { agencies: [AGENCIES[0]!, AGENCIES[1]!], departed: false },
      { observedSince: new Date('2025-04-01T00:00:00Z'), states: ['CLEARED', 'DISMISSED'] },
      { synthetic: true },
      { policies: ['JUDICIAL_WARRANT_RULE'] },
      { text: 'gate' },
    ];
    for (const filter of filters)
      await expectGroups(['MONTH', 'AUTHORITY'], filter, 'INCIDENTS', howMany);
  });

  it.each([
    ['MINUTES_TO_VERIFY', 'verified'],
    ['MINUTES_TO_CORRECT', 'corrected'],
  ] as const)('tell %s, with how many have it', async (measure, field) => {
    await expectGroups(['DISTRICT'], {}, measure, (group) => {
      const minutes = numbers(group.map((one) => one[field]));
      const at = (part: number) => quantile(minutes, part);
      const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 6));
      return {
        minutes: {
          incidents: minutes.length,
          lowerQuartile: near(at(0.25)),
          median: near(at(0.5)),
          upperQuartile: near(at(0.75)),
        },
      };
    });
  });

  it('tell the share unfounded of what somebody found out, with its interval', async () => {
    const found = await expectGroups(['ACTIVITY'], {}, 'SHARE_UNFOUNDED', (group) => {
      const wrong = group.filter(({ seen }) => ['UNFOUNDED', 'RETRACTED'].includes(seen.outcome));
      const right = group.filter(({ state }) => CONFIRMED.has(state));
      const of = wrong.length + right.length;
      return { unfounded: { count: wrong.length, of, share: of ? wrong.length / of : null } };
    });
    const { share, low, high } = found.total.unfounded;
    expect(low).toBeLessThan(share);
    expect(high).toBeGreaterThan(share);
  });

  it('tell devices told, rounded incident by incident', async () => {
    await expectGroups(['STATE'], {}, 'DEVICES_TOLD', (group) => {
      const told = numbers(group.map((one) => one.told));
      const devices = told.reduce((sum, one) => sum + Math.round(one / 10) * 10, 0);
      return { devices: { incidents: told.length, devices } };
    });
  });

  it('tell absences beside the baseline, and people in bands only', async () => {
    const found = await expectGroups(['STATE'], {}, 'ABSENCES', (group) => {
      const known = group.flatMap(({ absences }) => (absences ? [absences] : []));
      const above = known.filter(([there, rule]) => there > rule).length;
      const below = known.filter(([there, rule]) => there < rule).length;
      const ratio = quantile(numbers(known.map(([there, rule]) => there / rule)), 0.5);
      return {
        absences: {
          ...{ incidents: known.length, below },
          above: expect.objectContaining({ count: above, of: known.length }),
          medianRatio: ratio === null ? null : Math.round(ratio * 10) / 10,
        },
      };
    });
    const excess = counted().reduce((sum, { absences: a }) => sum + (a ? a[0] - a[1] : 0), 0);
    const { from, to } = found.total.absences.excess;
    expect(from).toBeLessThanOrEqual(excess);
    expect(to ?? Infinity).toBeGreaterThanOrEqual(excess);
    expect((to ?? Infinity) - from).toBeGreaterThanOrEqual(10);
  });

  it.each([
    [{ groupBy: [] }, 'groupBy'],
    [{ groupBy: ['MONTH', 'MONTH'] }, 'groupBy'],
    [{ groupBy: ['MONTH', 'WEEK', 'HOUR'] }, 'groupBy'],
    [{ groupBy: ['MONTH'], filter: { drills: true } }, 'filter.drills'],
    [{ groupBy: ['MONTH'], filter: { districtId: '9999999' } }, 'districtId'],
  ])('are refused for %j', async (variables, field) => {
    const { errors } = await send(service.url, STATISTICS, variables, analyst.token);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
  });

  it('are of what was made up where that is asked for', async () => {
    const [{ synthetic }] = [await statistics(['STATE'], 'INCIDENTS', { synthetic: true })] as any;
    expect(synthetic).toBe(true);
  });
});
