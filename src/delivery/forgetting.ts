/**
 * Who was told is forgotten so long after the incident's end: an hour in hand, to be done by 24.
 */
export const FORGET_HOURS = 23;
