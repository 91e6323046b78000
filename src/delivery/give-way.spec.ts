import { GiveWay, HEED_MS, REST_MS, WORK_MS } from './give-way.js';

function scene() {
  let now = 0;
  let asked = 7;
  const rests: number[] = [];
  const way = new GiveWay({
    asked: () => asked,
    rest: (milliseconds) => {
      rests.push(now);
      now += milliseconds;
    },
    now: () => now,
  });
  return {
    way,
    rests,
    ask: () => (asked += 1),
    /** Works for so long in small pieces; answers how much of it was rest. */
    work(milliseconds: number): number {
      const before = way.restMillis;
      for (const end = now + milliseconds; now < end; now += WORK_MS / 8) way.step();
      return way.restMillis - before;
    },
  };
}

it('never rests while nobody asks, also not for what was asked before it began', () => {
  const { way, rests, work } = scene();
  expect(work(1_000)).toBe(0);
  expect(rests).toEqual([]);
  expect(way.restMillis).toBe(0);
});

it('rests as long as it works while somebody asks, and no longer', () => {
  const { ask, work } = scene();
  let rested = 0;
  for (let turn = 0; turn < 20; turn++) {
    ask();
    rested += work(HEED_MS / 2);
  }
  expect(rested / (10 * HEED_MS)).toBeGreaterThan(0.4);
  expect(rested / (10 * HEED_MS)).toBeLessThanOrEqual(0.5);
});

it('works for a moment before each rest', () => {
  const { rests, ask, work } = scene();
  ask();
  work(10);
  expect(rests.length).toBeGreaterThan(5);
  for (const [index, at] of rests.slice(1).entries())
    expect(at - (rests[index]! + REST_MS)).toBeGreaterThanOrEqual(WORK_MS - 1e-9);
});

it('goes on without a rest when nobody has asked for a while', () => {
  const { ask, work } = scene();
  ask();
  expect(work(HEED_MS)).toBeGreaterThan(0);
  work(REST_MS + WORK_MS);
  expect(work(1_000)).toBe(0);
  ask();
  expect(work(HEED_MS)).toBeGreaterThan(0);
});
