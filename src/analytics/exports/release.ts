/** How long an admin may take to answer, and how long the answer holds. */
export const ANSWER_HOURS = 72;
export const USE_HOURS = 24;
export const SHORTEST_REASON = 10;
export const LONGEST_REASON = 1_000;

/**
 * Permission for one person to take out, once, who responders are: asked for by one, given by an
 * admin who is another.
 */
export interface Release {
  id: string;
  askedBy: string;
  askedAt: Date;
  approvedBy: string | null;
  approvedAt: Date | null;
  rejectedAt: Date | null;
  usedAt: Date | null;
}

export const RELEASE_STATES = ['ASKED', 'APPROVED', 'REJECTED', 'USED', 'LAPSED'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

const HOUR_MS = 3_600_000;

/** Until when it can be answered, or used. */
export const lapsesAt = ({ askedAt, approvedAt }: Release): Date =>
  new Date(
    approvedAt
      ? approvedAt.getTime() + USE_HOURS * HOUR_MS
      : askedAt.getTime() + ANSWER_HOURS * HOUR_MS,
  );

export function releaseState(release: Release, now: Date): ReleaseState {
  if (release.usedAt) return 'USED';
  if (release.rejectedAt) return 'REJECTED';
  if (lapsesAt(release) <= now) return 'LAPSED';
  return release.approvedAt ? 'APPROVED' : 'ASKED';
}

/** Why somebody may not answer it; undefined: they may. */
export function answerProblem(release: Release, by: string, now: Date): string | undefined {
  if (release.askedBy === by) return 'Somebody else must answer what you asked for.';
  const state = releaseState(release, now);
  return state === 'ASKED' ? undefined : `This request is ${state} already.`;
}

/** What was asked for: the incidents, as whoever exports says them again. */
export interface Use {
  by: string;
  sameFilter: boolean;
  /** Whether whoever approved it is an admin still. */
  approverIsAdmin: boolean;
}

/** Why an export may not name people by it; undefined: it may. */
export function useProblem(release: Release, use: Use, now: Date): string | undefined {
  if (release.askedBy !== use.by) return 'was given to somebody else';
  const state = releaseState(release, now);
  if (state !== 'APPROVED') return `is ${state}: it holds for one export, once approved`;
  if (!use.approverIsAdmin) return 'was approved by somebody who is no admin any more';
  if (!use.sameFilter) return 'is for other incidents: use the filter that was approved';
  return undefined;
}
