import { statement } from '../platform/statements.js';

/** The key of an advisory lock. */
const PAUSE_LOCK = `hashtextextended('alert-pause', 0)`;

/**
 * Whoever tells the public shares the lock, and whoever pauses or resumes has it alone: neither
 * overtakes the other.
 */
export const SHARE_PAUSE = statement(`SELECT pg_advisory_xact_lock_shared(${PAUSE_LOCK})`);
export const TAKE_PAUSE = statement(`SELECT pg_advisory_xact_lock(${PAUSE_LOCK})`);
