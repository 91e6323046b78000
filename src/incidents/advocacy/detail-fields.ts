import type { CertaintyName, SourceName, VocabularyName } from './vocabulary.js';

/** What a field holds. `about` is its description in the interface. */
export type DetailShape =
  | { kind: 'code'; of: VocabularyName; about: string }
  /** `alone` are codes that stand by themselves or not at all. */
  | { kind: 'codes'; of: VocabularyName; about: string; alone: readonly string[] }
  | { kind: 'count'; from: number; to: number; about: string }
  | { kind: 'moment'; about: string };

const code = (of: VocabularyName, about: string) => ({ kind: 'code', of, about }) as const;
const codes = (of: VocabularyName, alone: readonly string[], about: string) =>
  ({ kind: 'codes', of, alone, about }) as const;
const count = (from: number, to: number, about: string) =>
  ({ kind: 'count', from, to, about }) as const;

/** The advocacy fields of an incident: what is recorded after the fact, in the order it is shown. */
export const DETAIL_FIELDS = {
  agencyClaimed: code('Agency', 'As which agency they gave themselves out.'),
  agencyConfirmed: code('Agency', 'Which agency it was; CONFIRMED only.'),
  agencyIdentifiedBy: codes('MeansOfIdentification', ['UNKNOWN'], 'By what it was known.'),
  agents: count(0, 999, 'How many agents.'),
  vehicles: count(0, 999, 'How many of their vehicles.'),
  authorityShown: codes('AuthorityShown', ['NONE', 'UNKNOWN'], 'Every paper shown, or claim made.'),
  authorityReadByCounsel: code('Answer', 'Whether counsel read the paper before the school acted.'),
  place: code('SchoolPlace', 'Where it happened.'),
  timeOfDay: code('TimeOfDay', 'When, in the school’s day.'),
  entrySought: code('Answer', 'Whether they asked to come in.'),
  entryOutcome: code('EntryOutcome', 'What became of it.'),
  entryDecidedBy: code('SchoolRole', 'Who granted or refused it.'),
  schoolPoliceEmployer: code('PoliceEmployer', 'Whose the school’s police are.'),
  schoolPolicePresent: code('Answer', 'Whether the school’s police were there.'),
  schoolPoliceAssisted: code('Answer', 'Whether they helped the agents.'),
  schoolPoliceSharedInformation: code(
    'Answer',
    'Whether they told agents of students or families.',
  ),
  schoolSharedInformation: code('Answer', 'Whether other staff of the school did.'),
  officesNotified: codes('NotifiedOffice', ['NOBODY', 'UNKNOWN'], 'Whom the school told.'),
  lockdown: code('Lockdown', 'What the school ordered.'),
  lockdownMinutes: count(1, 1_440, 'For how long.'),
  familiesNotified: code('Answer', 'Whether the school told families.'),
  familiesNotifiedAt: { kind: 'moment', about: 'When it first did.' },
  studentsAffected: code('StudentBand', 'Students whom it concerned.'),
  anybodyDetained: code('Answer', 'Whether anybody was detained, of the school or not.'),
  absences: count(0, 20_000, 'Students absent from the school that day.'),
  absencesBaseline: count(
    0,
    20_000,
    'Absent on that weekday as a rule: the median of weeks before.',
  ),
} as const satisfies Record<string, DetailShape>;

export type DetailField = keyof typeof DETAIL_FIELDS;
export const DETAIL_NAMES = Object.keys(DETAIL_FIELDS) as DetailField[];

/** Counts and times are no codes: the ledger holds a commitment to them. */
export const isMeasured = (field: DetailField): boolean =>
  DETAIL_FIELDS[field].kind === 'count' || DETAIL_FIELDS[field].kind === 'moment';
export const MEASURED_FIELDS: readonly DetailField[] = DETAIL_NAMES.filter(isMeasured);

/** The kind of the ledger's entry of a recording. */
export const DETAILS_RECORDED = 'incident.details-recorded';

/** A code, codes in the order of their list, a count, or a moment in RFC 3339 (UTC). */
export type DetailValue = string | readonly string[] | number;

/** A value with where it comes from and how sure it is. */
export interface Detail {
  value: DetailValue;
  source: SourceName;
  certainty: CertaintyName;
}

/** What is recorded of an incident now. */
export type Details<D extends Detail = Detail> = { readonly [F in DetailField]?: D };

/** What somebody records: null withdraws, what is absent stays. */
export type DetailChanges = { readonly [F in DetailField]?: Detail | null };

/** The same in words, for lists of fields of every kind. */
export const valueWords = (value: DetailValue | null): string[] =>
  value === null ? [] : [value].flat().map(String);
