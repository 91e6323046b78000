import type { LedgerEntry } from '../../ledger/ledger.store.js';
import type { TrainingRow } from './training.entity.js';

export const TRAINING_WORDS = [
  'training.scheduled',
  'training.amended',
  'training.cancelled',
] as const;

interface Done {
  at: Date;
  /** A staff id. */
  actor: string;
}

/** What the ledger keeps of a training: codes, counts and ids; words can be expunged. */
export function trainingEntry(
  kind: (typeof TRAINING_WORDS)[number],
  training: TrainingRow,
  { at, actor }: Done,
): LedgerEntry {
  const { id, kind: trainingKind, startsAt, minutes, trainerId, organizationId } = training;
  const { capacity, validMonths, title, trainerOrganization } = training;
  return {
    ...{ kind, subject: id, at, actor },
    facts: {
      ...{ trainingKind, startsAt: startsAt.toISOString(), minutes, trainerId, organizationId },
      ...{ capacity, validMonths },
    },
    sensitive: { title, trainerOrganization },
  };
}

/** Somebody attended, or did not after all: and until when they are certified before and after it. */
export const attendanceEntry = (
  kind: 'training.attended' | 'training.attendance-corrected',
  trainingId: string,
  facts: { staffId: string; before: string | null; after: string | null; reason?: string },
  { at, actor }: Done,
): LedgerEntry => ({ kind, subject: trainingId, at, actor, facts });
