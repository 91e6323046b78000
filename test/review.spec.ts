import { randomUUID } from 'node:crypto';
import { ACTIVITIES, AGENCIES } from '../src/alerts/notice.js';
import { cellAt } from '../src/geo/h3.js';
import { DEPARTURE_RULES } from '../src/incidents/advocacy/departures.js';
import { AUTHORITIES_SHOWN } from '../src/incidents/advocacy/vocabulary.js';
import { INCIDENT_STATES } from '../src/incidents/incident-lifecycle.js';
import { OUTCOMES } from '../src/incidents/outcomes.js';
import { ReviewFilters } from '../src/incidents/review/filters.service.js';
import type { IncidentFilter } from '../src/incidents/review/incident-filter.js';
import { INCIDENT_ORDERS } from '../src/incidents/review/incident-order.js';
import { POLICY_KINDS } from '../src/schools/policy.js';
import { ask } from './support/graphql.js';
import { fits, seen, type Seen } from './support/in-memory-filter.js';
import {
  NOTE_WORDS,
  RandomHistory,
  type HeldIncident,
  type HeldSchool,
} from './support/random-history.js';
import { startService, type TestService } from './support/test-service.js';

const SEED = Number(process.env.RANDOM_SEED ?? 1);
const INCIDENTS = 240;
const FILTERS = Number(process.env.RANDOM_SEQUENCES ?? 120);
const PAGE = `query ($filter: IncidentFilter, $orderBy: IncidentOrder, $after: String) {
  incidents(filter: $filter, orderBy: $orderBy, first: 23, after: $after) {
    edges { node { id synthetic departures { rule } } }
    pageInfo { hasNextPage endCursor }
    facets { counted complete facets { facet values { value incidents } } }
  }
}`;

/** What analysts find is what there is: worked out again without the database. */
describe('incidents that are looked for', () => {
  let service: TestService;
  let history: RandomHistory;
  let schools: HeldSchool[];
  const known = new Map<HeldIncident, Seen>();

  beforeAll(async () => {
    service = await startService();
    const { database, admin } = service;
    const filters = service.service.app.get(ReviewFilters);
    history = new RandomHistory(database, admin.id, (text) => filters.tokens(text), SEED);
    schools = await history.schools();
    const drillId = randomUUID();
    await database.query(`INSERT INTO drill VALUES ($1, $2, 28, -81, $3, now(), now(), now())`, [
      drillId,
      schools[0]!.id,
      admin.id,
    ]);
    await happen(drillId);
    for (const incident of history.incidents) known.set(incident, seen(incident, history.policies));
  }, 120_000);
  afterAll(() => service.close());

  /** Policies come before and after what they bear on, and what is recorded changes. */
  async function happen(drillId: string): Promise<void> {
    for (let at = 0; at < INCIDENTS; at++) {
      await history.incident(schools, drillId);
      const { incidents, policies } = history;
      if (history.chance(0.6)) await history.detail(history.pick(incidents));
      if (history.chance(0.6)) await history.detail(history.pick(incidents));
      if (history.chance(0.3)) await history.note(history.pick(incidents));
      if (history.chance(0.3)) await history.decide(history.pick(incidents));
      if (history.chance(0.4)) await history.policy(schools);
      if (history.chance(0.05) && policies.length) await history.withdraw(history.pick(policies));
    }
  }

  /** One to three conditions, such that some of them find something. */
  function randomFilter(): IncidentFilter {
    const { pick, some, chance } = history;
    const like = pick(history.incidents);
    const days = (count: number) => new Date(like.observedAt.getTime() + count * 86_400_000);
    const box = (by: number) => ({
      ...{ south: like.latitude - by, north: like.latitude + by },
      ...{ west: like.longitude - by, east: like.longitude + by },
    });
    const CONDITIONS: (() => IncidentFilter)[] = [
      () => ({ since: days(-60), until: days(60) }),
      () => ({ observedSince: days(-90), observedUntil: days(30) }),
      () => ({ states: some(INCIDENT_STATES) }),
      () => ({ outcomes: some(OUTCOMES) }),
      () => ({ usStates: pick([['FL'], ['AK', 'TX'], ['CA']]) }),
      () => ({ districtId: like.school.districtId, districtIds: [like.school.districtId] }),
      () => ({ schoolIds: [like.school.id, pick(schools).id] }),
      () => ({ schoolLevels: ['high', 'Elementary'] }),
      () => ({ agencies: some(AGENCIES) }),
      () => ({ activities: some(ACTIVITIES) }),
      () => ({ authorities: some(AUTHORITIES_SHOWN) }),
      () => ({ policies: some(POLICY_KINDS) }),
      () => ({ withoutPolicies: some(POLICY_KINDS) }),
      () => ({ departures: some(DEPARTURE_RULES) }),
      () => ({ departed: chance(0.7) }),
      () => ({ text: some(NOTE_WORDS).slice(0, 2).join(' ').toUpperCase() || 'camioneta' }),
      () => ({ box: box(chance(0.5) ? 0.02 : 2) }),
      () => ({ cell: cellAt(like, pick([3, 5, 7, 8, 9])) }),
      () => ({ withinMeters: pick([300, 800]), beyondMeters: pick([0, 200]) }),
      () => ({ drills: chance(0.3) }),
      () => ({ synthetic: chance(0.5) }),
    ];
    const chosen = [pick(CONDITIONS), pick(CONDITIONS), pick(CONDITIONS)];
    const made = chosen.slice(0, 1 + Math.floor(history.random() * 3)).map((make) => make());
    return Object.assign({}, ...made) as IncidentFilter;
  }

  async function pages(filter: IncidentFilter, orderBy: string) {
    const nodes: { id: string; synthetic: boolean; departures: { rule: string }[] }[] = [];
    let after: string | null = null;
    for (;;) {
      const variables = { filter, orderBy, after };
      const { incidents } = await ask(service.url, PAGE, variables, service.admin.token);
      nodes.push(...incidents.edges.map(({ node }: { node: (typeof nodes)[number] }) => node));
      if (!incidents.pageInfo.hasNextPage) return { nodes, facets: incidents.facets };
      after = incidents.pageInfo.endCursor;
    }
  }

  function expected(filter: IncidentFilter, orderBy: string): HeldIncident[] {
    const at = (one: HeldIncident) =>
      (orderBy.startsWith('REPORTED') ? one.openedAt : one.observedAt).getTime();
    const ascending = [...known]
      .filter(([incident, of]) => fits(filter, incident, of))
      .map(([incident]) => incident)
      .sort((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : 1));
    return orderBy.endsWith('LAST_FIRST') ? ascending.reverse() : ascending;
  }

  function counted(incidents: HeldIncident[]): Record<string, Record<string, number>> {
    const facets: Record<string, Record<string, number>> = {};
    const count = (facet: string, values: (string | null)[]) => {
      const counts = (facets[facet] ??= {});
      for (const value of values) if (value !== null) counts[value] = (counts[value] ?? 0) + 1;
    };
    for (const incident of incidents) {
      const { school } = incident;
      const of = known.get(incident)!;
      count('US_STATE', [school.state]);
      count('DISTRICT', [school.districtId]);
      count('SCHOOL_LEVEL', [school.level?.toUpperCase() ?? null]);
      count('AGENCY', [of.agency]);
      count('ACTIVITY', [incident.activity]);
      count('OUTCOME', [of.outcome]);
      count('AUTHORITY', of.authorities);
      count('POLICY', of.policies);
      count('DEPARTURE', of.departures);
      count('SYNTHETIC', [String(incident.synthetic)]);
    }
    return facets;
  }

  it(`are those that fit, in order, page by page, with their counts (${FILTERS} filters)`, async () => {
    let found = 0;
    for (let at = 0; at < FILTERS; at++) {
      const filter = at === 0 ? {} : randomFilter();
      const orderBy = history.pick(INCIDENT_ORDERS);
      const { nodes, facets } = await pages(filter, orderBy);
      const right = expected(filter, orderBy);
      const asked = { seed: SEED, filter, orderBy };
      expect({ ...asked, ids: nodes.map(({ id }) => id) }).toEqual({
        ...{ ...asked, ids: right.map(({ id }) => id) },
      });
      expect(nodes.map(({ synthetic }) => synthetic)).toEqual(right.map((one) => one.synthetic));
      // As the incident itself shows them.
      expect(nodes.map(({ departures }) => departures.map(({ rule }) => rule))).toEqual(
        right.map((one) => known.get(one)!.departures),
      );
      expect(facets).toMatchObject({ counted: right.length, complete: true });
      const counts = counted(right);
      for (const { facet, values } of facets.facets as {
        facet: string;
        values: { value: string; incidents: number }[];
      }[])
        if (facet !== 'SCHOOL')
          expect({
            ...{ ...asked, facet },
            counts: Object.fromEntries(values.map((one) => [one.value, one.incidents])),
          }).toEqual({ ...asked, facet, counts: counts[facet] ?? {} });
      found += right.length > 0 && right.length < INCIDENTS ? 1 : 0;
    }
    // Most of them found something, and not everything.
    expect(found).toBeGreaterThan(FILTERS / 2);
  }, 120_000);
});
