import { BadInput, type FieldProblem } from '../../platform/errors.js';
import { DISTRICT_ID, DISTRICT_ID_RULE, SCHOOL_ID, SCHOOL_ID_RULE } from '../../schools/nces-id.js';
import { resolveLocale } from '../messages.js';

/** The schools that a feed is about; an empty list means all. Sorted, each once. */
export interface FeedFilter {
  state: readonly string[];
  district: readonly string[];
  school: readonly string[];
}

export interface FeedQuery {
  filter: FeedFilter;
  /** One that there is. */
  locale: string;
}

const MAX_VALUES = 50;

const FILTERS = {
  state: { pattern: /^[A-Z]{2}$/, rule: 'must be a two-letter code, as in state=FL' },
  district: { pattern: DISTRICT_ID, rule: DISTRICT_ID_RULE },
  school: { pattern: SCHOOL_ID, rule: SCHOOL_ID_RULE },
} as const satisfies Record<keyof FeedFilter, { pattern: RegExp; rule: string }>;

const LOCALE = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i;

/**
 * @param query as the HTTP server parsed it: a text, or a list where a name is repeated.
 * @throws BadInput naming every parameter that is wrong.
 */
export function readFeedQuery(query: Readonly<Record<string, unknown>>): FeedQuery {
  const problems = unknownNames(query);
  const values = (name: keyof FeedFilter) => {
    const { pattern, rule } = FILTERS[name];
    const given = texts(query[name]).flatMap((text) => text.split(','));
    const clean = given.map((value) => value.trim().toUpperCase());
    if (clean.length > MAX_VALUES)
      problems.push({ field: name, message: `must be at most ${MAX_VALUES}; ask twice` });
    else if (!clean.every((value) => pattern.test(value)))
      problems.push({ field: name, message: rule });
    return [...new Set(clean)].sort();
  };
  const filter = { state: values('state'), district: values('district'), school: values('school') };
  const [locale = 'en', ...more] = texts(query.locale);
  if (more.length > 0 || !LOCALE.test(locale))
    problems.push({ field: 'locale', message: 'must be one language tag, as in locale=es' });
  if (problems.length > 0) throw new BadInput(problems);
  return { filter, locale: resolveLocale(locale) };
}

function unknownNames(query: Readonly<Record<string, unknown>>): FieldProblem[] {
  const known = [...Object.keys(FILTERS), 'locale'];
  return Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      field: name.slice(0, 40),
      message: `is no filter; there are ${known.join(', ')}`,
    }));
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

/** Whether a message's school is one of those. All filters must hold, each by any of its values. */
export function isAbout(
  filter: FeedFilter,
  { state, districtId, schoolId }: { state: string; districtId: string; schoolId: string },
): boolean {
  const holds = (values: readonly string[], value: string) =>
    values.length === 0 || values.includes(value);
  return (
    holds(filter.state, state) &&
    holds(filter.district, districtId) &&
    holds(filter.school, schoolId)
  );
}

/** One way to write each query: for the feed's own address, and to know it again. */
export function queryText({ filter, locale }: FeedQuery): string {
  const parts = (['state', 'district', 'school'] as const)
    .filter((name) => filter[name].length > 0)
    .map((name) => `${name}=${filter[name].join(',')}`);
  if (locale !== 'en') parts.push(`locale=${locale}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
