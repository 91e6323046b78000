/** Why a value is removed from the ledger: codes alone, so that no reason names anybody again. */
export const REDACTION_REASONS = [
  'PERSON_NAMED',
  'MINOR_IDENTIFIABLE',
  'WITNESS_AT_RISK',
  'REQUEST_OF_PERSON',
  'COURT_ORDER',
  'FILED_IN_ERROR',
] as const;
export type RedactionReason = (typeof REDACTION_REASONS)[number];

/** Why nothing of an incident may be destroyed. */
export const HOLD_REASONS = [
  'LITIGATION',
  'RECORDS_REQUEST',
  'INVESTIGATION',
  'ADVICE_OF_COUNSEL',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** How long a proposed redaction waits for a second person. */
export const REDACTION_LAPSES_HOURS = 72;

export type RedactionOutcome = 'APPROVED' | 'REJECTED' | 'LAPSED';
export const REDACTION_STATES = ['PROPOSED', 'APPROVED', 'REJECTED', 'LAPSED'] as const;
export type RedactionState = (typeof REDACTION_STATES)[number];

/** A proposal whose time is over has lapsed, whether or not that was written down yet. */
export function redactionState(
  { outcome, lapsesAt }: { outcome: RedactionOutcome | null; lapsesAt: Date },
  now: Date,
): RedactionState {
  return outcome ?? (lapsesAt <= now ? 'LAPSED' : 'PROPOSED');
}
