import fc from 'fast-check';

/** What somebody may try, or what may happen, and how often beside the rest. */
const FREQUENCY = {
  FILE: 14,
  VERIFY: 9,
  APPROVE: 4,
  REJECT: 1,
  RECORD: 1,
  DISMISS: 1,
  UPDATE: 4,
  CLEAR: 2,
  RETRACT: 2,
  MERGE: 5,
  SPLIT: 5,
  WAIT: 3,
  STRIKE: 2,
  PAUSE: 1,
  RESUME: 3,
  START_DRILL: 2,
  END_DRILL: 1,
  STAFF: 2,
} as const;
export type Deed = keyof typeof FREQUENCY;

/** One attempt. The numbers choose among whoever and whatever there is at its moment. */
export interface Act {
  deed: Deed;
  who: number;
  on: number;
  choice: number;
}

const DEEDS = Object.entries(FREQUENCY).flatMap(([deed, times]) =>
  Array.from({ length: times }, () => deed as Deed),
);
const which = fc.nat(9_999);

export const anAct: fc.Arbitrary<Act> = fc.record({
  deed: fc.constantFrom(...DEEDS),
  who: which,
  on: which,
  choice: fc.nat(999_999),
});

/** Sequences, most of them long enough for an alert and what may become of it. */
export const someActs = (most: number): fc.Arbitrary<Act[]> =>
  fc.array(anAct, { maxLength: most, size: 'max' });

export const pick = <T>(all: readonly T[], number: number): T | undefined =>
  all.length > 0 ? all[number % all.length] : undefined;

/** Several choices out of one number: each call takes the next, from 0 to below `options`. */
export function chooser(number: number): (options: number) => number {
  let left = number;
  return (options) => {
    const chosen = left % options;
    left = Math.floor(left / options);
    return chosen;
  };
}
