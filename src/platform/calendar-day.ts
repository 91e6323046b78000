const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Days that people and policies know: of this and the neighbouring centuries. */
const OUR_TIMES = /^(19|2\d)/;

/** @param text written as `2026-09-30`. */
export function dayExists(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A calendar day that exists, as `2026-09-30`, or undefined. */
export function calendarDay(value: unknown): string | undefined {
  const fits = typeof value === 'string' && DAY.test(value) && OUR_TIMES.test(value);
  return fits && dayExists(value) ? value : undefined;
}
