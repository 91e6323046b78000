import { GiveWay, HEED_MS, REST_MS, WAITED_MS, WORK_MS } from './give-way.js';

/** @param late how much longer than it meant to it sleeps each time; ms */
function scene(late = 0) {
  let now = 0;
  let asked = -Infinity;
  const rests: { from: number; to: number }[] = [];
  const way = new GiveWay({
    sinceAsked: () => now - asked,
    rest: (milliseconds) => {
      rests.push({ from: now, to: now + milliseconds + late });
      now += milliseconds + late;
    },
    now: () => now,
  });
  return {
    way,
    rests,
    ask: () => (asked = now),
    wait: (milliseconds: number) => (now += milliseconds),
    /** Works for so long in small pieces; answers how much of it was rest. */
    work(milliseconds: number): number {
      const before = way.restMillis;
      for (const end = now + milliseconds; now < end; now += WORK_MS / 8) way.step();
      return way.restMillis - before;
    },
  };
}

/** Somebody asks all the time. @returns the share that is rest */
function share(late = 0): number {
  const { ask, work } = scene(late);
  let rested = 0;
  for (let turn = 0; turn < 40; turn++) {
    ask();
    rested += work(HEED_MS / 2);
  }
  return rested / (20 * HEED_MS);
}

it('never rests while nobody asks', () => {
  const { rests, way, work } = scene();
  expect(work(1_000)).toBe(0);
  expect(rests).toEqual([]);
  expect(way.restMillis).toBe(0);
});

it('rests for half of the time while somebody asks, and no longer', () => {
  expect(share()).toBeGreaterThan(0.4);
  expect(share()).toBeLessThanOrEqual(0.51);
});

it('gives away no more than half where it is woken late', () => {
  expect(share(5)).toBeGreaterThan(0.4);
  expect(share(5)).toBeLessThan(0.55);
});

it('works for a moment before each rest', () => {
  const { rests, ask, work } = scene();
  ask();
  work(10);
  expect(rests.length).toBeGreaterThan(5);
  for (const [index, { from }] of rests.slice(1).entries())
    expect(from - rests[index]!.to).toBeGreaterThanOrEqual(WORK_MS - 1e-9);
});

it('counts as rest what it has waited for', () => {
  const { rests, ask, wait, way } = scene();
  for (let turn = 0; turn < 20; turn++) {
    ask();
    way.step();
    wait(WAITED_MS * 2);
  }
  expect(rests).toEqual([]);
});

it('rests also where each piece of work takes longer than it should', () => {
  const { rests, ask, wait, way } = scene();
  for (let turn = 0; turn < 20; turn++) {
    ask();
    way.step();
    wait(WORK_MS * 3);
  }
  expect(rests.length).toBeGreaterThan(5);
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
