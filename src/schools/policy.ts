import type { FieldProblem } from '../platform/errors.js';

/** What a district can promise, or agree to, of immigration enforcement at its schools. */
export const POLICY_KINDS = [
  /** A resolution that schools are safe and welcoming, and that the district does not assist. */
  'WELCOMING_RESOLUTION',
  /** Nobody comes into a non-public area without a warrant that a judge signed. */
  'JUDICIAL_WARRANT_RULE',
  /** Nothing is told of students or families. */
  'INFORMATION_SHARING_BAN',
  /** A memorandum of understanding with a police department. */
  'POLICE_AGREEMENT_MOU',
  /** Police officers are assigned to schools. */
  'SCHOOL_RESOURCE_OFFICERS',
  /** The police of the schools act under section 287(g) of the Immigration and Nationality Act. */
  'AGREEMENT_287G',
  /** Families are told of enforcement at their school. */
  'FAMILY_NOTIFICATION_RULE',
] as const;
export type PolicyKindName = (typeof POLICY_KINDS)[number];

/** What is known of one policy of one district. Days are calendar days, such as `2026-09-30`. */
export interface PolicyText {
  /** LEAID. */
  districtId: string;
  kind: PolicyKindName;
  effectiveFrom: string;
  /** The last day it holds; null: until further notice. */
  effectiveUntil: string | null;
  /** Where the document is, or was; null: the address was redacted. */
  sourceUrl: string | null;
  /** Of the document’s bytes, as 64 lower-case hexadecimal digits. */
  sourceSha256: string;
}

/** A policy as it stands; each correction is the next version. */
export interface Policy extends PolicyText {
  id: string;
  version: number;
}

/** Where documents of policies lie that `seed:history` made up; no such host can ever be. */
export const MADE_UP = 'https://synthetic.example/';

/**
 * Whether nobody promised it: no family and no school board is shown it as a promise, and nothing that
 * happened is held against it.
 */
export const isMadeUp = ({ sourceUrl }: Pick<PolicyText, 'sourceUrl'>): boolean =>
  sourceUrl?.startsWith(MADE_UP) ?? false;

const LONGEST_URL = 2_000;

/** What is wrong with a policy, by field. District and kind are looked at by whoever knows them. */
export function policyProblems(policy: PolicyText): FieldProblem[] {
  const { effectiveFrom, effectiveUntil, sourceUrl, sourceSha256 } = policy;
  const problems: FieldProblem[] = [];
  if (effectiveUntil !== null && effectiveUntil < effectiveFrom)
    problems.push({
      field: 'effectiveUntil',
      message: `is before the first day, ${effectiveFrom}: it is the last day the policy holds`,
    });
  const url = sourceUrl === null ? undefined : urlProblem(sourceUrl);
  if (url) problems.push({ field: 'sourceUrl', message: url });
  if (!/^[0-9a-f]{64}$/.test(sourceSha256))
    problems.push({
      field: 'sourceSha256',
      message: 'must be 64 hexadecimal digits, as sha256sum prints them',
    });
  return problems;
}

/** A digest however it was written, and an address as browsers write it. */
export const tidied = <T extends Pick<PolicyText, 'sourceUrl' | 'sourceSha256'>>(policy: T): T => ({
  ...policy,
  sourceUrl: policy.sourceUrl && (URL.parse(policy.sourceUrl.trim())?.href ?? policy.sourceUrl),
  sourceSha256: policy.sourceSha256.trim().toLowerCase(),
});

/**
 * What is wrong with an address that the public is shown; undefined: nothing.
 * @param example one as it should be.
 */
export function urlProblem(
  text: string,
  example = 'https://board.example.org/policy-5.30.pdf',
): string | undefined {
  if (text.length > LONGEST_URL) return `must have at most ${LONGEST_URL} characters`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPublic =
    url?.protocol === 'https:' &&
    url.hostname.includes('.') &&
    !url.hostname.endsWith('.') &&
    // Numbers and [::1] are no place where a district publishes.
    !/^[\d.]+$|^\[/.test(url.hostname) &&
    `${url.username}${url.password}` === '';
  if (!isPublic || !url || text.includes('\ufffd'))
    return `must be a public https address, such as ${example}`;
  return undefined;
}

/** Whether two versions say the same of the same policy. */
export const isSame = (one: PolicyText, other: PolicyText): boolean =>
  one.effectiveFrom === other.effectiveFrom &&
  one.effectiveUntil === other.effectiveUntil &&
  one.sourceUrl === other.sourceUrl &&
  one.sourceSha256 === other.sourceSha256;
