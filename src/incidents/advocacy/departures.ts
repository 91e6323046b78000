import type { PolicyKindName } from '../../schools/policy.js';
import type { Detail, DetailField, Details } from './detail-fields.js';
import { CERTAINTIES, JUDICIAL_WARRANTS, type CertaintyName } from './vocabulary.js';

/** Practice against promise: what a rule needs of a policy in force, and of each fact it rests on. */
interface Rule {
  policy: PolicyKindName;
  facts: { readonly [F in DetailField]?: (value: readonly string[]) => boolean };
}

const is = (wanted: string) => (value: readonly string[]) => value.includes(wanted);

/** Shown or claimed, and no judge signed it. Nobody knows: then nothing can be said. */
const noJudge = (value: readonly string[]) =>
  !value.includes('UNKNOWN') && !value.some((one) => JUDICIAL_WARRANTS.includes(one));

/**
 * The rule table. A rule holds where its policy was in force that day and every fact of it is
 * recorded and fits: what nobody recorded, or nobody knows, is no departure.
 */
export const RULES = {
  ENTRY_WITHOUT_JUDICIAL_WARRANT: {
    policy: 'JUDICIAL_WARRANT_RULE',
    facts: { entryOutcome: is('GRANTED'), authorityShown: noJudge },
  },
  INFORMATION_SHARED_BY_SCHOOL: {
    policy: 'INFORMATION_SHARING_BAN',
    facts: { schoolSharedInformation: is('YES') },
  },
  INFORMATION_SHARED_BY_SCHOOL_POLICE: {
    policy: 'INFORMATION_SHARING_BAN',
    facts: { schoolPoliceSharedInformation: is('YES') },
  },
  POLICE_ASSISTED: {
    policy: 'WELCOMING_RESOLUTION',
    facts: { schoolPoliceAssisted: is('YES') },
  },
  FAMILIES_NOT_TOLD: {
    policy: 'FAMILY_NOTIFICATION_RULE',
    facts: { familiesNotified: is('NO') },
  },
} as const satisfies Record<string, Rule>;
export type DepartureRuleName = keyof typeof RULES;
export const DEPARTURE_RULES = Object.keys(RULES) as DepartureRuleName[];

/** Kinds of policy that a rule asks about. */
export const TESTED_KINDS: readonly PolicyKindName[] = [
  ...new Set(DEPARTURE_RULES.map((rule) => RULES[rule].policy)),
];

/** Where practice departed from what was promised. */
export interface Departure<P, D extends Detail> {
  rule: DepartureRuleName;
  policy: P;
  facts: { field: DetailField; detail: D }[];
  certainty: CertaintyName;
}

/**
 * Every departure, in the order of the table.
 * @param policies those in force on the day, at most one of each kind.
 * @param confirmed whether a second person confirmed the incident itself: until then nothing in it is
 * surer than alleged.
 */
export function departuresOf<P extends { kind: PolicyKindName }, D extends Detail>(
  details: Details<D>,
  policies: readonly P[],
  confirmed: boolean,
): Departure<P, D>[] {
  return DEPARTURE_RULES.flatMap((rule) => {
    const policy = policies.find(({ kind }) => kind === RULES[rule].policy);
    const facts = policy && factsOf(RULES[rule], details);
    if (!policy || !facts) return [];
    const all = facts.map(({ detail }) => detail.certainty);
    const certainty = weakest(confirmed ? all : [...all, 'ALLEGED']);
    return [{ rule, policy, facts, certainty }];
  });
}

/** What the rule rests on, or undefined where a fact is missing or another. */
function factsOf<D extends Detail>(rule: Rule, details: Details<D>) {
  const facts: { field: DetailField; detail: D }[] = [];
  for (const [field, fits] of Object.entries(rule.facts)) {
    const detail = details[field as DetailField];
    if (!detail || !fits([detail.value].flat().map(String))) return undefined;
    facts.push({ field: field as DetailField, detail });
  }
  return facts;
}

/** A chain is as sure as its weakest link. */
const weakest = (all: readonly CertaintyName[]): CertaintyName =>
  CERTAINTIES[Math.min(...all.map((one) => CERTAINTIES.indexOf(one)))]!;
