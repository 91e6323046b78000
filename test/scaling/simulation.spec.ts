import fc from 'fast-check';
import { simulate } from '../../bench/scaling/simulation.js';
import { Dice } from '../../src/reports/history/dice.js';
import { costing, sending } from './costs.fixture.js';

const run = (scenario: Parameters<typeof simulate>[0], costs: Parameters<typeof simulate>[1]) => {
  const result = simulate(scenario, costs, new Dice(1));
  const sorted = result.answeredAt.toSorted();
  return { ...result, first: sorted[0]!, last: sorted.at(-1)! };
};

describe('a simulated fan-out', () => {
  it('of one worker takes the CPU of its pushes', () => {
    const { last, sendingMillis } = run(sending(10_000, 1), costing({ sendMicros: 100 }));
    expect(last).toBeCloseTo(1_000, 5);
    expect(sendingMillis).toBeCloseTo(1_000, 5);
  });

  it('makes the keys of those for whom none were made ahead', () => {
    const costs = costing({ sendMicros: 100, deriveMicros: 300 });
    expect(run(sending(10_000, 1, { keysAhead: 0 }), costs).last).toBeCloseTo(4_000, 5);
    expect(run(sending(10_000, 1, { keysAhead: 5_000 }), costs).last).toBeCloseTo(2_500, 5);
  });

  it('is shared by as many workers as there are lanes', () => {
    const costs = costing({ sendMicros: 100 });
    expect(run(sending(5_000, 5), costs).last).toBeCloseTo(100, 5);
    // Two pages of ten batches have three lanes each: four more workers have nothing to do.
    expect(run(sending(5_000, 10), costs).last).toBeCloseTo(100, 5);
    expect(run(sending(10_000, 10), costs).last).toBeCloseTo(100, 5);
  });

  it('keeps a slow push service at work', () => {
    // 1,000 messages, 100 at once, 50 ms each.
    const scenario = sending(1_000, 1, { pushLatencyMs: 50 });
    const { last, waitingMillis } = run(scenario, costing({}));
    expect(last).toBeCloseTo(500, 5);
    expect(waitingMillis).toBeCloseTo(500, 5);
    expect(run({ ...scenario, streams: 250 }, costing({})).last).toBeCloseTo(200, 5);
  });

  it('sends to nobody while the answers of 250 are out, and settles each batch twice then', () => {
    const { settlements, waitingMillis, last } = run(
      sending(500, 1, { pushLatencyMs: 2_000, streams: 500 }),
      costing({}),
    );
    expect(last).toBeCloseTo(4_000, 5);
    expect(waitingMillis).toBeCloseTo(4_000, 5);
    expect(settlements).toBe(4);
  });

  it('settles answers in portions, so that others are sent to before the slowest answer', () => {
    const scenario = sending(20_000, 1, { pushLatencyMs: 80, latencySpread: 0.6, streams: 1_000 });
    const { last, settlements } = run(scenario, costing({}));
    // 250 at once, each for 96 ms on average, until it is settled.
    expect(20_000 / last).toBeGreaterThan(250 / 170);
    expect(20_000 / last).toBeLessThan(250 / 96);
    expect(settlements / 80).toBeGreaterThan(2);
    expect(settlements / 80).toBeLessThan(8);
  });

  it('settles more rarely while that takes long', () => {
    const scenario = sending(20_000, 8, { pushLatencyMs: 80, latencySpread: 0.6, streams: 1_000 });
    const slow = run(scenario, costing({ settleMillis: 20 })).settlements;
    expect(slow).toBeLessThan(0.7 * run(scenario, costing({})).settlements);
  });

  it('goes no faster than the delivery’s row can be locked, however many work at it', () => {
    const costs = costing({ settleMillis: 10, settleHeldMillis: 10 });
    const { endedAt, rowMillis, settlements } = run(sending(25_000, 40), costs);
    expect(rowMillis).toBeCloseTo(10 * settlements, 5);
    expect(endedAt).toBeCloseTo(rowMillis, 5);
    expect(settlements).toBeGreaterThanOrEqual(100);
    expect(settlements).toBeLessThan(110);
  });

  it('goes no faster than it is planned, and begins with the first page', () => {
    const costs = costing({ planStartMillis: 5, pageMillis: 50, remainingRowMicros: 1 });
    const { first, last, plannedAt } = run(sending(20_000, 20), costs);
    // 50 ms a page, and 1 µs for each device that is ahead: 20,000, 17,500, … 2,500.
    expect(plannedAt).toBeCloseTo(5 + 400 + 90, 5);
    expect(first).toBeCloseTo(5 + 70 + 5, 5);
    expect(last).toBeCloseTo(plannedAt + 5, 5);
  });

  it('takes all that shares a machine from the same cores', () => {
    const costs = costing({ sendMicros: 100, sinkMicros: 100 });
    const apart = run(sending(10_000, 2), costs).last;
    const shared = run(sending(10_000, 2, { sharedCores: 2 }), costs).last;
    expect(shared / apart).toBeCloseTo(2, 1);
  });

  it('answers every push once, later than the decision, and needs no less time for more', () => {
    const scenarios = fc.record({
      pushes: fc.integer({ min: 0, max: 20_000 }),
      workers: fc.integer({ min: 1, max: 30 }),
      cores: fc.integer({ min: 1, max: 4 }),
      streams: fc.integer({ min: 1, max: 300 }),
      pushLatencyMs: fc.integer({ min: 0, max: 1_500 }),
      latencySpread: fc.constantFrom(0, 0.6),
    });
    const costs = costing({
      ...{ sendMicros: 90, deriveMicros: 200, batchMicros: 3_000, databaseBatchMicros: 4_000 },
      ...{ planStartMillis: 3, pageMillis: 40, remainingRowMicros: 0.3 },
      ...{
        claimMillis: 3,
        claimHeldMillis: 1,
        readMillis: 2,
        settleMillis: 6,
        settleHeldMillis: 3,
      },
    });
    fc.assert(
      fc.property(scenarios, ({ pushes, workers, ...more }) => {
        const { answeredAt, endedAt, waitingMillis, ...rest } = simulate(
          sending(pushes, workers, more),
          costs,
          new Dice(7),
        );
        expect(answeredAt).toHaveLength(pushes);
        expect(answeredAt.every((at) => at > 0)).toBe(true);
        expect(rest.rowMillis).toBeLessThanOrEqual(endedAt + 1e-6);
        expect(waitingMillis).toBeLessThanOrEqual(workers * endedAt + 1e-6);
        expect(rest.sendingMillis + rest.workerMillis).toBeLessThanOrEqual(
          workers * more.cores * endedAt + 1e-6,
        );
      }),
      { numRuns: 60 },
    );
  });
});
