/** Whoever tells the public shares it, whoever pauses or resumes has it alone. */
export const PAUSE_LOCK = `hashtextextended('alert-pause', 0)`;
