import { COSTS, type CostName, type Costs } from '../../bench/scaling/costs.js';
import { DEFAULTS, type Scenario } from '../../bench/scaling/scenario.js';

/** Costs of nothing at all, but for those named. */
export const costing = (some: Partial<Costs>): Costs => ({
  ...(Object.fromEntries(Object.keys(COSTS).map((name) => [name, 0])) as Record<CostName, number>),
  ...some,
});

/** So many pushes from so many workers, to one push service that answers at once. */
export const sending = (
  pushes: number,
  workers: number,
  more: Partial<Scenario> = {},
): Scenario => ({
  ...DEFAULTS,
  ...{ subscribers: pushes, metro: 1, share: 1, socketsShare: 0, workers },
  ...{ origins: [1], pushLatencyMs: 0, latencySpread: 0, keysAhead: pushes },
  ...more,
});
