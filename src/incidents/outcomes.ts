import type { DismissalName, IncidentState } from './incident-lifecycle.js';

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
] as const satisfies (IncidentState | DismissalName)[];
export type OutcomeName = (typeof OUTCOMES)[number];
