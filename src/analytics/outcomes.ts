/** What became of an incident: its state, and why it was dismissed. */
export const OUTCOMES = [
  'UNVERIFIED',
  'ACTIVE',
  'CLEARED',
  'RETRACTED',
  'EXPIRED',
  'RECORDED',
  'UNFOUNDED',
  'UNABLE_TO_VERIFY',
  'DUPLICATE',
] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

/** Upper bounds in minutes, inclusive; what took longer is in a bucket of its own. */
export const BUCKETS = [1, 2, 5, 10, 15, 30, 60, 120, 240] as const;
