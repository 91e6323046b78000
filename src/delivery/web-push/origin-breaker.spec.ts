import { BREAKER_LIMITS } from './breaker.js';
import { OriginBreaker } from './origin-breaker.js';

const { silenceMs, faultMs, faultsToOpen, trialMs } = BREAKER_LIMITS;

let breaker: OriginBreaker;
beforeEach(() => (breaker = new OriginBreaker(BREAKER_LIMITS)));

const refuse = (keyId: string, now = 0) =>
  Array.from({ length: faultsToOpen }, () => breaker.fault(now, keyId));
/** [wait, of how many breakers it is the trial] */
const admitted = (now: number, keyId: string) => {
  const { wait, trialOf } = breaker.admit(now, keyId);
  return [wait, trialOf.length];
};

test('refusals are counted, and held against, each key by itself', () => {
  for (let fault = 1; fault < faultsToOpen; fault += 1) {
    expect(breaker.fault(0, 'old')).toBe(false);
    expect(breaker.fault(0, 'new')).toBe(false);
  }
  expect(breaker.fault(0, 'old')).toBe(true);
  expect(breaker.blockedFor(0, 'old')).toBe(faultMs);
  expect(admitted(0, 'new')).toEqual([0, 0]);
  expect(breaker.blockedFor(0)).toBe(0);
  expect(breaker.isQuiet(0)).toBe(false);
  expect(breaker.isQuiet(faultMs)).toBe(true);
});

test('what is accepted with one key mends nothing of another', () => {
  refuse('old');
  breaker.accepted('new');
  expect(breaker.blockedFor(0, 'old')).toBe(faultMs);
  breaker.accepted('old');
  expect(breaker.blockedFor(0, 'old')).toBe(0);
});

test('a key that was refused gets one trial of its own, beside those that are served', () => {
  refuse('old');
  expect(admitted(faultMs, 'old')).toEqual([0, 1]);
  expect(admitted(faultMs, 'old')).toEqual([trialMs, 0]);
  expect(admitted(faultMs, 'new')).toEqual([0, 0]);
  expect(breaker.fault(faultMs, 'old')).toBe(true);
  expect(breaker.blockedFor(faultMs, 'old')).toBe(faultMs);
});

test('silence and pauses are of all keys', () => {
  breaker.silent(0);
  for (const keyId of ['old', 'new']) expect(breaker.blockedFor(0, keyId)).toBe(silenceMs);
  breaker.pause(silenceMs, 5_000, 'old');
  for (const keyId of ['old', 'new']) expect(breaker.blockedFor(silenceMs, keyId)).toBe(5_000);
});

test('a refusal is an answer: the host is not silent any more', () => {
  breaker.silent(0);
  expect(admitted(silenceMs, 'old')).toEqual([0, 1]);
  expect(admitted(silenceMs, 'new')).toEqual([trialMs, 0]);
  breaker.fault(silenceMs, 'old');
  expect(admitted(silenceMs, 'new')).toEqual([0, 0]);
});

test('one message may be the trial of both, and whoever must wait for one takes no other’s', () => {
  refuse('old');
  breaker.silent(faultMs - 1);
  expect(admitted(faultMs, 'old')).toEqual([silenceMs - 1, 0]);
  const later = faultMs - 1 + silenceMs;
  const { trialOf } = breaker.admit(later, 'old');
  expect(trialOf).toHaveLength(2);
  for (const one of trialOf) one.abandonTrial();
  expect(admitted(later, 'new')).toEqual([0, 1]);
});

test('an address that is not public is of all keys, at once', () => {
  expect(breaker.notPublic(0)).toBe(true);
  for (const keyId of ['old', 'new']) expect(breaker.blockedFor(0, keyId)).toBe(faultMs);
});
