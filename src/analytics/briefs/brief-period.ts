import { BadInput, type FieldProblem } from '../../platform/errors.js';

/** The last days are not shown: what is fresh may point at somebody, and may yet be corrected. */
export const DELAY_DAYS = 7;
export const MOST_MONTHS = 60;
const USUAL_MONTHS = 12;
const DAY_MS = 86_400_000;

export const BRIEF_LOCALES = ['en', 'es'] as const;
export type BriefLocale = (typeof BRIEF_LOCALES)[number];
export const BRIEF_FORMATS = ['html', 'pdf'] as const;
export type BriefFormat = (typeof BRIEF_FORMATS)[number];

/** Whole months, so that no two briefs differ by a day. */
export interface BriefPeriod {
  /** First day of the first month, such as `2026-01-01`. */
  from: string;
  /** Last day of the last. */
  to: string;
  /** Such as `2026-01`, in order. */
  months: readonly string[];
}

export interface BriefRequest {
  period: BriefPeriod;
  locale: BriefLocale;
  format: BriefFormat;
}

const monthOf = (index: number): string =>
  `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
const indexOf = (month: string): number =>
  Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const lastDay = (month: string): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0))
    .toISOString()
    .slice(0, 10);

/** The last month that is over for long enough. @param today a calendar day. */
export function lastMonthShown(today: string): string {
  const shown = new Date(Date.parse(`${today}T00:00:00Z`) - DELAY_DAYS * DAY_MS);
  const day = shown.toISOString().slice(0, 10);
  const month = day.slice(0, 7);
  return day === lastDay(month) ? month : monthOf(indexOf(month) - 1);
}

/**
 * Reads the query of a brief’s address.
 * @param today a calendar day.
 * @throws BadInput naming every parameter that is wrong.
 */
export function readBriefQuery(
  query: Readonly<Record<string, unknown>>,
  today: string,
): BriefRequest {
  const problems: FieldProblem[] = [];
  const known = ['from', 'to', 'locale', 'format'];
  for (const field of Object.keys(query).filter((name) => !known.includes(name)))
    problems.push({ field, message: `is not known here: ${known.join(', ')} are` });
  const last = lastMonthShown(today);
  const to = month('to', query.to, problems) ?? last;
  const from = month('from', query.from, problems) ?? monthOf(indexOf(to) - USUAL_MONTHS + 1);
  const locale = oneOf('locale', query.locale, BRIEF_LOCALES, problems);
  const format = oneOf('format', query.format, BRIEF_FORMATS, problems);
  if (problems.length === 0) problems.push(...spanProblems(from, to, last));
  if (problems.length > 0) throw new BadInput(problems);
  const months = Array.from({ length: indexOf(to) - indexOf(from) + 1 }, (_, index) =>
    monthOf(indexOf(from) + index),
  );
  return { period: { from: `${from}-01`, to: lastDay(to), months }, locale, format };
}

function spanProblems(from: string, to: string, last: string): FieldProblem[] {
  if (to > last)
    return [
      {
        field: 'to',
        message: `must be ${last} or earlier: a month is shown ${DELAY_DAYS} days after its end`,
      },
    ];
  if (from > to) return [{ field: 'to', message: 'must not be before from' }];
  return indexOf(to) - indexOf(from) >= MOST_MONTHS
    ? [{ field: 'from', message: `must be at most ${MOST_MONTHS} months before the end of to` }]
    : [];
}

/** A month, or its first day in `from`, or its last in `to`. */
function month(field: 'from' | 'to', value: unknown, problems: FieldProblem[]): string | undefined {
  if (value === undefined) return undefined;
  const found =
    typeof value === 'string' ? /^(2\d{3}-(0[1-9]|1[0-2]))(-\d{2})?$/.exec(value) : null;
  const whole = found && (field === 'from' ? `${found[1]}-01` : lastDay(found[1]!));
  if (found && (value === found[1] || value === whole)) return found[1];
  const example = field === 'from' ? '2026-01 or 2026-01-01' : '2026-06 or 2026-06-30';
  problems.push({ field, message: `must be a whole month, such as ${example}` });
  return undefined;
}

function oneOf<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly [T, ...T[]] | readonly T[],
  problems: FieldProblem[],
): T {
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined)
    problems.push({ field, message: `must be ${allowed.join(' or ')}` });
  return found ?? allowed[0]!;
}
