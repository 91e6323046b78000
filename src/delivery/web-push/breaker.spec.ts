import { Breaker, BREAKER_LIMITS } from './breaker.js';

const { silenceMs, silenceMaxMs, faultMs, faultsToOpen, trialMs } = BREAKER_LIMITS;
const GO = { wait: 0, trial: false };
const TRIAL = { wait: 0, trial: true };

function refused(breaker: Breaker, now: number): boolean[] {
  return Array.from({ length: faultsToOpen }, () => breaker.fault(now));
}

describe('silence', () => {
  test('blocks for its time, then lets one trial through', () => {
    const breaker = new Breaker();
    expect(breaker.admit(0)).toEqual(GO);
    breaker.silent(0);
    expect(breaker.admit(1)).toEqual({ wait: silenceMs - 1, trial: false });
    expect(breaker.admit(silenceMs)).toEqual(TRIAL);
    expect(breaker.admit(silenceMs)).toEqual({ wait: trialMs, trial: false });
    breaker.accepted();
    expect(breaker.admit(silenceMs)).toEqual(GO);
  });

  test('lasts twice as long each time, up to a bound, and starts anew after an answer', () => {
    const breaker = new Breaker();
    let now = 0;
    const waits = Array.from({ length: 9 }, () => {
      breaker.silent(now);
      const wait = breaker.blockedFor(now);
      now += wait;
      expect(breaker.admit(now)).toEqual(TRIAL);
      return wait;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * silenceMs));
    expect(waits.at(-1)).toBe(silenceMaxMs);
    breaker.answered();
    breaker.silent(now);
    expect(breaker.blockedFor(now)).toBe(silenceMs);
  });

  test('is told of once by many messages', () => {
    const breaker = new Breaker();
    breaker.silent(0);
    breaker.silent(0);
    expect(breaker.blockedFor(0)).toBe(silenceMs);
  });

  test('a trial that was never sent leaves room for another', () => {
    const breaker = new Breaker();
    breaker.silent(0);
    expect(breaker.admit(silenceMs)).toEqual(TRIAL);
    breaker.abandonTrial();
    expect(breaker.admit(silenceMs)).toEqual(TRIAL);
  });
});

describe('fault', () => {
  test('opens for long when nothing was accepted in between, and says so once', () => {
    const breaker = new Breaker();
    const opened = refused(breaker, 0);
    expect(opened).toEqual([...Array<boolean>(faultsToOpen - 1).fill(false), true]);
    expect(refused(breaker, 1)).not.toContain(true);
    expect(breaker.blockedFor(1)).toBe(faultMs - 1);
  });

  test('single devices that are refused among others that are not open nothing', () => {
    const breaker = new Breaker();
    for (let i = 0; i < 10; i += 1) {
      for (let fault = 1; fault < faultsToOpen; fault += 1) expect(breaker.fault(i)).toBe(false);
      breaker.accepted();
    }
    expect(breaker.admit(10)).toEqual(GO);
  });

  test('is not mended by 404 or 429, which may come before the key is looked at', () => {
    const breaker = new Breaker();
    refused(breaker, 0);
    breaker.answered();
    breaker.pause(0, 1);
    expect(breaker.blockedFor(2)).toBe(faultMs - 2);
    breaker.accepted();
    expect(breaker.blockedFor(2)).toBe(0);
  });

  test('opens again, and says so, when the trial is refused too', () => {
    const breaker = new Breaker();
    refused(breaker, 0);
    expect(breaker.admit(faultMs)).toEqual(TRIAL);
    expect(breaker.fault(faultMs)).toBe(true);
    expect(breaker.blockedFor(faultMs)).toBe(faultMs);
  });

  test('one refusal is enough when it is certain', () => {
    const breaker = new Breaker();
    expect(breaker.fault(0, true)).toBe(true);
    expect(breaker.blockedFor(0)).toBe(faultMs);
  });

  test('a refused trial after silence is an answer: closed until there are more', () => {
    const breaker = new Breaker();
    breaker.silent(0);
    expect(breaker.admit(silenceMs)).toEqual(TRIAL);
    expect(breaker.fault(silenceMs)).toBe(false);
    expect(breaker.admit(silenceMs)).toEqual(GO);
  });

  test('silence does not shorten it', () => {
    const breaker = new Breaker();
    refused(breaker, 0);
    breaker.silent(0);
    expect(breaker.blockedFor(0)).toBe(faultMs);
  });
});

test('a pause holds until its longest end, without a trial after it', () => {
  const breaker = new Breaker();
  breaker.pause(0, 5_000);
  breaker.pause(0, 2_000);
  expect(breaker.admit(4_999)).toEqual({ wait: 1, trial: false });
  expect(breaker.admit(5_000)).toEqual(GO);
});
