/**
 * SQL: the key of an advisory lock. Whoever tells the public shares it, and whoever pauses or resumes
 * has it alone: neither overtakes the other.
 */
export const PAUSE_LOCK = `hashtextextended('alert-pause', 0)`;
