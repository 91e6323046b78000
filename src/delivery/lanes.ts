/** Whoever was not tried yet comes before those who are tried again. */
export const FIRST_ATTEMPT = 5;
/** Nobody waits to begin until others are told to the end: the first lane's first turn comes before their next. */
export const BEGINNING = 6;

/** After so long a lane queues up again, so that other deliveries get their turn. */
export const TURN_MS = 500;
/** A batch that is sent, and one that follows it while what came of the first is written down. */
export const HANDS = 2;
/** While so many batches have answers out, no other is taken up. */
export const MAX_OUT = 8;

const BATCHES_PER_LANE = 4;
/** More workers than this share one page of an audience no better. */
const MAX_LANES = 16;

/**
 * Jobs that share some batches: each sends one batch after another until none is left, so that as
 * many workers as there are lanes help, also those that come later.
 */
export function lanesOf(deliveryId: string, batches: number): { deliveryId: string }[] {
  const lanes = Math.min(MAX_LANES, Math.ceil(batches / BATCHES_PER_LANE));
  return Array.from({ length: lanes }, () => ({ deliveryId }));
}
