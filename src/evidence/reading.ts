import type { RoleName } from '../identity/roles.js';
import { BadInput, Conflict, Forbidden } from '../platform/errors.js';

/** Why somebody reads evidence; it stands in the ledger. */
export const PURPOSES = [
  'REVIEW',
  'VERIFICATION',
  'COUNSEL',
  'COURT',
  'SCHOOL_BOARD',
  'PRESS',
  'PUBLICATION',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Beyond the coalition and its lawyers. */
const OUTWARD: ReadonlySet<Purpose> = new Set(['SCHOOL_BOARD', 'PRESS', 'PUBLICATION']);
/** What was withdrawn is kept for those who ask what it was. */
const AFTER_WITHDRAWAL: readonly Purpose[] = ['VERIFICATION', 'COUNSEL', 'COURT'];

/** What somebody asks for, as far as the rules need to know. */
export interface Wanted {
  role: RoleName;
  purpose: Purpose;
  withdrawn: boolean;
  /** Undefined: the original. */
  copy?: { cleared: boolean; latest: boolean };
}

/** Why there is not the version of a copy that was asked for, and what there is. */
export function missingCopy(latest: number | undefined, unreadable: boolean): string {
  if (latest !== undefined) return `There is no such copy: the latest is version ${latest}.`;
  return unreadable
    ? 'No copy can be made of it: only its original can be read.'
    : 'Its copy is being made: try again in a moment.';
}

/** @throws BadInput naming what may be said. */
export function purposeOf(text: unknown): Purpose {
  const found = PURPOSES.find((purpose) => purpose === text);
  if (found) return found;
  throw new BadInput({ field: 'purpose', message: `must be one of ${PURPOSES.join(', ')}` });
}

/** @throws Forbidden, Conflict where this may not be read, or not for this. */
export function requireReadable({ role, purpose, withdrawn, copy }: Wanted): void {
  if (role === 'DISPATCHER' && (!copy || purpose !== 'REVIEW'))
    throw new Forbidden('Dispatchers read copies for REVIEW; ask an analyst for anything else.');
  if (role === 'RESPONDER') throw new Forbidden('This is for DISPATCHER, ANALYST, ADMIN.');
  if (withdrawn && (copy || !AFTER_WITHDRAWAL.includes(purpose)))
    throw new Conflict(
      `It was withdrawn: only the original is read, for ${AFTER_WITHDRAWAL.join(', ')}.`,
    );
  if (!OUTWARD.has(purpose)) return;
  if (!copy)
    throw new Forbidden(
      `An original leaves for COUNSEL or COURT only; for ${purpose} take the copy.`,
    );
  if (!copy.latest) throw new Conflict('There is a later copy: take that.');
  if (!copy.cleared)
    throw new Conflict(
      'It may not leave yet: an analyst must first say that faces and plates are covered, or that there are none (clearEvidence).',
    );
}
