import { Injectable } from '@nestjs/common';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import type { IncidentFilter } from '../../incidents/review/incident-filter.js';
import { Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database.js';
import { BadInput, Conflict } from '../../platform/errors.js';
import { PoliciesService } from '../../schools/policies.service.js';
import { isMadeUp } from '../../schools/policy.js';
import type { BeforeAndAfter } from './policy-effect.graphql.js';
import { rateRatio, ratioWords } from './rate-ratio.js';
import { addDays, daysIn, spansAround, weekdaysIn, type Span } from './spans.js';
import { requireReal } from './statistics.service.js';
import { StatisticsStore } from './statistics.store.js';

const MOST_DAYS = 3_650;
/** The policy says where and when. */
const GIVEN = [
  ...(['since', 'until', 'observedSince', 'observedUntil'] as const),
  ...(['districtId', 'districtIds', 'usStates', 'outcomes', 'states'] as const),
];

export interface AroundPolicy {
  policyId: string;
  /** On each side, at most. */
  days: number;
  weekdaysOnly: boolean;
  filter: IncidentFilter;
}

/** How often it happened in a district before a policy, and after. */
@Injectable()
export class PolicyEffects {
  constructor(
    private readonly database: Database,
    private readonly store: StatisticsStore,
    private readonly filters: ReviewFilters,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  /** @throws BadInput, NotFound, Conflict where one side has no day. */
  async around({ policyId, days, weekdaysOnly, filter }: AroundPolicy): Promise<BeforeAndAfter> {
    requireSense(days, filter);
    const policy = (await this.policies.history(policyId)).at(-1)!;
    if (policy.withdrawnAt) throw new Conflict('This policy was withdrawn: it never held.');
    const ready = await this.filters.forFigures({ ...filter, districtId: policy.districtId });
    if (isMadeUp(policy) && ready.synthetic === false)
      throw new Conflict('This policy was made up: nothing that happened is held against it.');
    const today = this.clock.now().toISOString().slice(0, 10);
    const { before, after, counts } = await this.database.snapshot(async (tx) => {
      const firstDay = (await this.store.firstDay(tx, ready.synthetic)) ?? today;
      const spans = spansAround(policy, days, { firstDay, today });
      requireDays(spans);
      const both = [spans.before, spans.after];
      return { ...spans, counts: await this.store.inDays(tx, ready, both, weekdaysOnly) };
    });
    const exposure = (span: Span, incidents: number) => ({
      ...{ from: span.from, through: addDays(span.to, -1), incidents },
      days: weekdaysOnly ? weekdaysIn(span) : daysIn(span),
    });
    const [one, other] = [exposure(before, counts[0]!), exposure(after, counts[1]!)];
    if (one.days === 0 || other.days === 0) throw noDays();
    const result = rateRatio(one, other);
    const { interval, ...rest } = result;
    const kind = weekdaysOnly ? 'weekdays' : 'calendar days';
    return {
      ...{ policyId, policyVersion: policy.version, before: one, after: other, ...rest },
      ...{ low: interval?.low ?? null, high: interval?.high ?? null },
      words: ratioWords(one, other, result, kind),
      synthetic: ready.synthetic !== false,
    };
  }
}

function requireSense(days: number, filter: IncidentFilter): void {
  if (days < 1 || days > MOST_DAYS)
    throw new BadInput({
      field: 'days',
      message: `must be 1 to ${MOST_DAYS.toLocaleString('en')}`,
    });
  requireReal(filter);
  const given = GIVEN.find((name) => filter[name] !== undefined && filter[name] !== null);
  if (given)
    throw new BadInput({
      field: `filter.${given}`,
      message:
        'is given by the policy and the days around it, of confirmed incidents: leave it out',
    });
}

function requireDays({ before, after }: { before: Span; after: Span }): void {
  if (daysIn(before) === 0 || daysIn(after) === 0) throw noDays();
}

const noDays = () =>
  new Conflict(
    'There is no day to compare on one side: the policy is not in force yet, or the network had no report before it (what was made up counts only where the filter says synthetic: true).',
  );
