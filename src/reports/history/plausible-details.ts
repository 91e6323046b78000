import type { ActivityName, AgencyName } from '../../alerts/notice.js';
import type { Detail, Details, DetailValue } from '../../incidents/advocacy/detail-fields.js';
import type { CertaintyName, SourceName } from '../../incidents/advocacy/vocabulary.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { Dice } from './dice.js';
import { AUTHORITY_SHARES, PRACTICE } from './likelihoods.js';
import type { PartOfDay } from './school-year.js';

/** What is known of an incident when somebody records what happened. */
export interface Known {
  activity: ActivityName;
  agency: AgencyName;
  part: PartOfDay;
  observedAt: Date;
  enrollment: number | null;
  promised: ReadonlySet<PolicyKindName>;
}

/** Details that contradict neither one another nor the rules of `detail-rules.ts`. */
export function plausibleDetails(dice: Dice, known: Known): Details {
  const said = (value: DetailValue): Detail => ({
    value,
    source: dice.share<SourceName>({ WITNESS: 4, SCHOOL_STATEMENT: 3, SCHOOL_STAFF: 2, FAMILY: 1 }),
    certainty: dice.share<CertaintyName>({ CONFIRMED: 5, ALLEGED: 4, DISPUTED: 1 }),
  });
  const yes = (of: number) => said(dice.share({ YES: of * 0.9, NO: (1 - of) * 0.9, UNKNOWN: 0.1 }));
  const practice = (what: keyof typeof PRACTICE, under: PolicyKindName) =>
    PRACTICE[what][known.promised.has(under) ? 'promised' : 'free'];
  return {
    timeOfDay: said(known.part),
    studentsAffected: said(
      dice.share({ NONE: 60, FROM_1_TO_10: 30, FROM_11_TO_50: 8, FROM_51: 2 }),
    ),
    anybodyDetained: known.activity === 'ARREST' ? said('YES') : yes(0.05),
    authorityShown: said([dice.share(AUTHORITY_SHARES)]),
    schoolPoliceAssisted: yes(practice('policeAssisted', 'WELCOMING_RESOLUTION')),
    schoolSharedInformation: yes(practice('informationShared', 'INFORMATION_SHARING_BAN')),
    familiesNotified: yes(1 - practice('familiesNotTold', 'FAMILY_NOTIFICATION_RULE')),
    ...(dice.chance(0.5) && known.agency !== 'UNKNOWN'
      ? { agencyConfirmed: { value: known.agency, ...CONFIRMED } }
      : {}),
    ...entry(dice, known, said, practice('entryGranted', 'JUDICIAL_WARRANT_RULE')),
    ...absences(dice, known),
  };
}

const CONFIRMED = { source: 'PHOTO_OR_VIDEO', certainty: 'CONFIRMED' } as const;

function entry(
  dice: Dice,
  { activity }: Known,
  said: (value: DetailValue) => Detail,
  granted: number,
): Details {
  if (activity !== 'CAMPUS_ENTRY' && activity !== 'CAMPUS_ENTRY_SOUGHT') {
    if (dice.chance(0.95))
      return { place: said(dice.of(['NEARBY', 'ROUTE', 'BUS_STOP', 'ENTRANCE'])) };
  }
  const outcome = dice.chance(granted) ? 'GRANTED' : 'REFUSED';
  return {
    place: said(dice.of(['ENTRANCE', 'CAMPUS_PUBLIC', 'CAMPUS_NON_PUBLIC'])),
    entrySought: said('YES'),
    entryOutcome: said(outcome),
    entryDecidedBy: said(dice.share({ FRONT_OFFICE: 5, PRINCIPAL: 4, DISTRICT_OFFICE: 1 })),
    lockdown: said(dice.share({ NONE: 6, SECURE: 3, HOLD: 1 })),
  };
}

/** Of some schools attendance is known; on such a day more students are absent than as a rule. */
function absences(dice: Dice, { enrollment, part }: Known): Details {
  if (part === 'NO_SCHOOL' || !dice.chance(0.3)) return {};
  const baseline = Math.round((enrollment ?? 700) * (0.05 + dice.throw() * 0.04));
  const record = { source: 'SCHOOL_RECORD', certainty: 'CONFIRMED' } as const;
  const more = Math.round(baseline * dice.about(1.5, 0.4));
  return {
    absences: { value: Math.min(more, 20_000), ...record },
    absencesBaseline: { value: Math.min(baseline, 20_000), ...record },
  };
}
