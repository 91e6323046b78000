import { POLICY_KINDS, type PolicyKindName } from '../../schools/policy.js';
import type { Detail, Details, DetailValue } from './detail-fields.js';
import { DEPARTURE_RULES, departuresOf, type DepartureRuleName } from './departures.js';
import { AUTHORITIES_SHOWN, type CertaintyName } from './vocabulary.js';

const said = (value: DetailValue, certainty: CertaintyName = 'CONFIRMED'): Detail => ({
  ...{ value, source: 'DOCUMENT', certainty },
});
const EVERY_POLICY = POLICY_KINDS.map((kind) => ({ id: `a ${kind}`, kind }));
const rules = (details: Details, kinds: readonly PolicyKindName[] = POLICY_KINDS) =>
  departuresOf(
    details,
    EVERY_POLICY.filter(({ kind }) => kinds.includes(kind)),
    true,
  ).map(({ rule }) => rule);

const CASES: Record<
  DepartureRuleName,
  { policy: PolicyKindName; details: Details; not: Details[] }
> = {
  ENTRY_WITHOUT_JUDICIAL_WARRANT: {
    policy: 'JUDICIAL_WARRANT_RULE',
    details: { entryOutcome: said('GRANTED'), authorityShown: said(['ADMINISTRATIVE_I200']) },
    not: [
      { entryOutcome: said('GRANTED') },
      { authorityShown: said(['ADMINISTRATIVE_I200']) },
      { entryOutcome: said('REFUSED'), authorityShown: said(['NONE']) },
      { entryOutcome: said('ENTERED_WITHOUT_CONSENT'), authorityShown: said(['NONE']) },
    ],
  },
  INFORMATION_SHARED_BY_SCHOOL: {
    policy: 'INFORMATION_SHARING_BAN',
    details: { schoolSharedInformation: said('YES') },
    not: [{ schoolSharedInformation: said('NO') }, { schoolSharedInformation: said('UNKNOWN') }],
  },
  INFORMATION_SHARED_BY_SCHOOL_POLICE: {
    policy: 'INFORMATION_SHARING_BAN',
    details: { schoolPoliceSharedInformation: said('YES') },
    not: [
      { schoolPoliceSharedInformation: said('NO') },
      { schoolPoliceSharedInformation: said('UNKNOWN') },
    ],
  },
  POLICE_ASSISTED: {
    policy: 'WELCOMING_RESOLUTION',
    details: { schoolPoliceAssisted: said('YES') },
    not: [
      { schoolPoliceAssisted: said('NO') },
      { schoolPoliceAssisted: said('UNKNOWN') },
      { schoolPolicePresent: said('YES') },
    ],
  },
  FAMILIES_NOT_TOLD: {
    policy: 'FAMILY_NOTIFICATION_RULE',
    details: { familiesNotified: said('NO') },
    not: [{ familiesNotified: said('YES') }, { familiesNotified: said('UNKNOWN') }],
  },
};

describe.each(DEPARTURE_RULES)('%s', (rule) => {
  const { policy, details, not } = CASES[rule];

  it('is a departure under its policy, and rests on all it needs', () => {
    const [found, ...more] = departuresOf(details, EVERY_POLICY, true);
    expect(more).toEqual([]);
    expect(found).toEqual({
      rule,
      policy: { id: `a ${policy}`, kind: policy },
      facts: Object.entries(details).map(([field, detail]) => ({ field, detail })),
      certainty: 'CONFIRMED',
    });
  });

  it('is none without that policy, whatever else was promised', () => {
    expect(
      rules(
        details,
        POLICY_KINDS.filter((kind) => kind !== policy),
      ),
    ).toEqual([]);
  });

  it('is none where nobody recorded or knows it', () => {
    for (const other of [{}, ...not]) expect(rules(other)).toEqual([]);
  });

  it('is as sure as the least sure of what it rests on', () => {
    for (const certainty of ['ALLEGED', 'DISPUTED'] as const)
      for (const field of Object.keys(details) as (keyof Details)[]) {
        const weaker = { ...details, [field]: { ...details[field]!, certainty } };
        expect(departuresOf(weaker, EVERY_POLICY, true)[0]!.certainty).toBe(certainty);
      }
  });

  it('is alleged while nobody confirmed the incident, and disputed stays disputed', () => {
    expect(departuresOf(details, EVERY_POLICY, false)[0]!.certainty).toBe('ALLEGED');
    const disputed = Object.fromEntries(
      Object.entries(details).map(([field, one]) => [field, { ...one, certainty: 'DISPUTED' }]),
    );
    expect(departuresOf(disputed as Details, EVERY_POLICY, false)[0]!.certainty).toBe('DISPUTED');
  });
});

describe('entry on the authority of', () => {
  const judged = new Set<string>(['JUDICIAL_AO93', 'JUDICIAL_AO442', 'JUDICIAL_STATE']);

  it.each(AUTHORITIES_SHOWN)('%s', (authority) => {
    const departs = !judged.has(authority) && authority !== 'UNKNOWN';
    const details = { entryOutcome: said('GRANTED'), authorityShown: said([authority]) };
    expect(rules(details)).toEqual(departs ? ['ENTRY_WITHOUT_JUDICIAL_WARRANT'] : []);
  });

  it('an officer’s paper beside a judge’s departs from nothing', () => {
    const both = ['ADMINISTRATIVE_I200', 'JUDICIAL_AO442'];
    expect(rules({ entryOutcome: said('GRANTED'), authorityShown: said(both) })).toEqual([]);
  });
});
