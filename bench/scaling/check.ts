import { Dice } from '../../src/reports/history/dice.js';
import type { Costs, CostsFile, Observed } from './costs.js';
import { DEFAULTS, type Scenario } from './scenario.js';
import { simulate } from './simulation.js';

/** A fan-out that was watched, and what the model says of it, in seconds after the decision. */
export interface Checked {
  workers: number;
  latencyMs: number;
  devices: number;
  othersShare: number;
  half: { watched: number; predicted: number };
  last: { watched: number; predicted: number };
}

/** Simulates each fan-out that was watched, on one machine shared as it was shared then. */
export function check(
  { measured, observed }: Pick<CostsFile, 'measured' | 'observed'>,
  costs: Costs,
): Checked[] {
  return observed.map((seen) => {
    const times = simulate(
      scenarioOf(seen, measured.machine.cores),
      costs,
      new Dice(1),
    ).answeredAt.toSorted();
    const at = (share: number) => times[Math.ceil(times.length * share) - 1]! / 1_000;
    return {
      ...{
        workers: seen.workers,
        latencyMs: seen.latencyMs,
        devices: seen.devices,
        othersShare: seen.othersShare,
      },
      half: { watched: seen.halfSeconds, predicted: at(0.5) },
      last: { watched: seen.lastSeconds, predicted: at(1) },
    };
  });
}

/** In parts of what was watched: 0.1 is a tenth too long. */
export const errorOf = ({ watched, predicted }: Checked['last']): number => predicted / watched - 1;

const scenarioOf = (
  { workers, latencyMs, keysAhead, devices, othersShare }: Observed,
  cores: number,
): Scenario => ({
  ...DEFAULTS,
  ...{
    subscribers: devices,
    metro: 1,
    share: 1,
    socketsShare: 0,
    workers,
    sharedCores: cores,
    othersShare,
  },
  ...{ pushLatencyMs: latencyMs, latencySpread: 0, keysAhead: keysAhead ? devices : 0 },
});
