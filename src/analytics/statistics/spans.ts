const DAY_MS = 86_400_000;

/** Days from the first on, before the second; calendar days such as `2026-09-30`. */
export interface Span {
  from: string;
  to: string;
}

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const addDays = (day: string, days: number): string =>
  new Date(at(day) + days * DAY_MS).toISOString().slice(0, 10);
export const earlier = (one: string, other: string): string => (one < other ? one : other);
export const later = (one: string, other: string): string => (one > other ? one : other);
export const daysIn = ({ from, to }: Span): number => Math.max(0, (at(to) - at(from)) / DAY_MS);

/** Mondays to Fridays. */
export function weekdaysIn(span: Span): number {
  const days = daysIn(span);
  const weeks = Math.floor(days / 7);
  const first = new Date(at(span.from)).getUTCDay();
  let count = weeks * 5;
  for (let rest = weeks * 7; rest < days; rest++) if (((first + rest) % 7) % 6 !== 0) count += 1;
  return count;
}

/**
 * The days to compare around a policy: as many as asked for on each side, less those on which nobody
 * could have reported (before the network's first report), those that are not over, and those on
 * which the policy no longer held.
 */
export function spansAround(
  policy: { effectiveFrom: string; effectiveUntil: string | null },
  days: number,
  { firstDay, today }: { firstDay: string; today: string },
): { before: Span; after: Span } {
  const { effectiveFrom: adopted, effectiveUntil } = policy;
  const end = effectiveUntil === null ? today : earlier(addDays(effectiveUntil, 1), today);
  return {
    before: {
      from: later(addDays(adopted, -days), firstDay),
      to: earlier(adopted, today),
    },
    after: { from: later(adopted, firstDay), to: earlier(addDays(adopted, days), end) },
  };
}
