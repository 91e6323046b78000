import { REDACTION_REASONS } from '../incidents/record/erasure-reasons.js';
import { Conflict } from '../platform/errors.js';

/** Why evidence was destroyed: the schedule, or the reason two people gave. */
export const DESTRUCTIONS = ['RETENTION', ...REDACTION_REASONS] as const;
export type DestructionName = (typeof DESTRUCTIONS)[number];

/** What is asked of evidence, as far as this rule needs to know. */
interface Kept {
  destroyedAt: Date | null;
  destruction: DestructionName | null;
}

/** @throws Conflict saying when and why, where nothing is left. */
export function requireKept({ destroyedAt, destruction }: Kept): void {
  if (!destroyedAt) return;
  const day = destroyedAt.toISOString().slice(0, 10);
  throw new Conflict(`It was destroyed on ${day} (${destruction}): no file or copy of it is left.`);
}
