import type { FieldProblem } from '../platform/errors.js';
import { localeOf } from '../platform/locale.js';
import { DISTRICT_ID, DISTRICT_ID_RULE } from '../schools/nces-id.js';
import { linkProblem, tidiedLink } from './link.js';
import { STATES } from './states.js';

/** Whom a text is written for. It says nothing of who may read it: anybody may. */
export const AUDIENCES = [
  /** Parents, guardians and students. */
  'FAMILIES',
  /** Teachers, front offices, bus drivers. */
  'EDUCATORS',
  /** Trained responders of the network. */
  'RESPONDERS',
] as const;
export type AudienceName = (typeof AUDIENCES)[number];

/** What is known of one resource in one language. Days are calendar days, such as `2026-09-30`. */
export interface ResourceText {
  /** What it is about, the same in every language and place: `at-the-door`. */
  topic: string;
  audience: AudienceName;
  /** BCP 47. */
  locale: string;
  /** Postal code of the state it holds in; null: national, or of one district. */
  state: string | null;
  /** LEAID of the district it is for. */
  districtId: string | null;
  /** Where it stands on a page: 1 comes first. */
  rank: number;
  title: string;
  /** Prewritten plain text: paragraphs by blank lines, items by `- `. */
  body: string | null;
  /** Where more can be read. */
  url: string | null;
  /** An organization, no person. */
  publisher: string;
  /** Where what was reviewed is, or was. */
  sourceUrl: string | null;
  /** When it was published or, where it does not say, looked at. */
  sourceDate: string;
  /** Of the bytes that were reviewed, as 64 lower-case hexadecimal digits. */
  sourceSha256: string | null;
  /** A lawyer of the network has read it. */
  counselReviewed: boolean;
  effectiveFrom: string;
  /** The last day it holds; null: until further notice. */
  effectiveUntil: string | null;
}

/** A resource as it stands; each revision is the next version. */
export interface Resource extends ResourceText {
  id: string;
  version: number;
}

export const LIMITS = { topic: 60, title: 120, body: 1_200, publisher: 120, rank: 99 } as const;

/** Control characters, and those that turn the direction of what follows. */
const UNSEEN = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/u;

/** What is wrong with a resource, by field. Whether its district is known is looked at by whoever knows. */
export function resourceProblems(resource: ResourceText): FieldProblem[] {
  return [...placeProblems(resource), ...wordProblems(resource), ...sourceProblems(resource)];
}

type Found = FieldProblem | false | undefined;
const listed = (...found: Found[]) => found.filter((one): one is FieldProblem => Boolean(one));
const field = (name: keyof ResourceText, message: string): FieldProblem => ({
  field: name,
  message,
});

function placeProblems(resource: ResourceText): FieldProblem[] {
  const { topic, locale, state, districtId, rank, effectiveFrom, effectiveUntil } = resource;
  return listed(
    (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(topic) || topic.length > LIMITS.topic) &&
      field('topic', 'must be small letters, digits and hyphens, such as at-the-door'),
    localeOf(locale) !== locale &&
      field('locale', 'must be a language as BCP 47 writes it, such as es or zh-Hans'),
    state !== null &&
      !STATES.has(state) &&
      field('state', 'must be the postal code of a state or territory, such as FL'),
    state !== null &&
      districtId !== null &&
      field('state', 'must be left out where there is a district, which lies in one state'),
    districtId !== null && !DISTRICT_ID.test(districtId) && field('districtId', DISTRICT_ID_RULE),
    !(Number.isInteger(rank) && rank >= 1 && rank <= LIMITS.rank) &&
      field('rank', `must be a whole number from 1 to ${LIMITS.rank}`),
    effectiveUntil !== null &&
      effectiveUntil < effectiveFrom &&
      field(
        'effectiveUntil',
        `is before the first day, ${effectiveFrom}: it is the last day the resource holds`,
      ),
  );
}

function wordProblems({ title, body, url, publisher }: ResourceText): FieldProblem[] {
  const link = url !== null && linkProblem(url);
  return listed(
    wordProblem('title', title, LIMITS.title, false),
    body !== null && wordProblem('body', body, LIMITS.body, true),
    wordProblem('publisher', publisher, LIMITS.publisher, false),
    body === null && url === null && field('body', 'must be there where there is no url'),
    typeof link === 'string' && field('url', link),
  );
}

function wordProblem(
  name: 'title' | 'body' | 'publisher',
  text: string,
  most: number,
  lines: boolean,
): Found {
  if (text === '') return field(name, 'must not be blank');
  if (text.length > most) return field(name, `must have at most ${most} characters`);
  if (UNSEEN.test(text) || !text.isWellFormed() || (!lines && text.includes('\n')))
    return field(
      name,
      `must be plain text${lines ? '' : ' of one line'}, without control characters`,
    );
  return undefined;
}

function sourceProblems({ sourceUrl, sourceSha256 }: ResourceText): FieldProblem[] {
  const link = sourceUrl !== null && linkProblem(sourceUrl);
  return listed(
    typeof link === 'string' && field('sourceUrl', link),
    sourceSha256 !== null &&
      !/^[0-9a-f]{64}$/.test(sourceSha256) &&
      field('sourceSha256', 'must be 64 hexadecimal digits, as sha256sum prints them'),
  );
}

const orNull = (text: string | null) => text?.trim() || null;

/** As it is stored: trimmed, addresses as browsers write them, codes in their one spelling. */
export function tidied<T extends ResourceText>(resource: T): T {
  const { url, sourceUrl, locale } = resource;
  return {
    ...resource,
    topic: resource.topic.trim().toLowerCase(),
    locale: localeOf(locale.trim()) ?? locale.trim(),
    state: orNull(resource.state)?.toUpperCase() ?? null,
    districtId: orNull(resource.districtId),
    title: resource.title.trim(),
    body: orNull(resource.body?.replaceAll('\r\n', '\n') ?? null),
    url: url && tidiedLink(url),
    publisher: resource.publisher.trim(),
    sourceUrl: sourceUrl && tidiedLink(sourceUrl),
    sourceSha256: orNull(resource.sourceSha256)?.toLowerCase() ?? null,
  };
}

const TOLD = [
  ...(['topic', 'audience', 'locale', 'state', 'districtId', 'rank', 'title', 'body'] as const),
  ...(['url', 'publisher', 'sourceUrl', 'sourceDate', 'sourceSha256'] as const),
  ...(['counselReviewed', 'effectiveFrom', 'effectiveUntil'] as const),
];

/** What a row says, without when and by whom. */
export const textOf = (row: ResourceText): ResourceText =>
  Object.fromEntries(TOLD.map((name) => [name, row[name]])) as unknown as ResourceText;

/** Whether two versions say the same. */
export const isSame = (one: ResourceText, other: ResourceText): boolean =>
  TOLD.every((name) => one[name] === other[name]);

/** Of these at most one holds on a day: one topic, audience, language and place. */
export const seriesOf = ({ topic, audience, locale, state, districtId }: ResourceText): string =>
  [topic, audience, locale, districtId ?? state ?? 'US'].join(' ');
