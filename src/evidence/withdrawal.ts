/** Why evidence is taken out of use. A code that was recorded is never given another meaning. */
export const WITHDRAWALS = [
  'WRONG_INCIDENT',
  'DUPLICATE',
  'NOT_EVIDENCE',
  'PRIVATE_PERSON',
  'CONSENT_WITHDRAWN',
] as const;
export type WithdrawalName = (typeof WITHDRAWALS)[number];
