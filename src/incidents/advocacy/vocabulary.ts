import { AGENCIES } from '../../alerts/notice.js';

/**
 * The words in which an incident is written down for those who change school policy, after the
 * HURIDOCS Events Standard Formats. There an _Event_ is made of _Acts_, each act has its _Involvement_
 * (who did it, and how far), _Information_ ties what is said to its source, and an _Intervention_ is
 * what somebody did about it. Each list says which of these it belongs to. Two departures from the
 * formats, both on purpose: nobody is a Person here, only an office, an agency or a role; and there is
 * no free text, so that no name can come in by one.
 */

/** Information, "source": where a value comes from. One value has one source, the best there is. */
export const SOURCES = [
  /** A trained responder’s report that this incident holds. */
  'RESPONDER_REPORT',
  /** Somebody else who saw it. */
  'WITNESS',
  'FAMILY',
  /** Somebody who works at the school, for themselves. */
  'SCHOOL_STAFF',
  /** The school or district, officially. */
  'SCHOOL_STATEMENT',
  /** A record of the school or district: a visitors’ log, attendance, a public record that was asked for. */
  'SCHOOL_RECORD',
  'AGENCY_STATEMENT',
  /** Counsel of the school, the family or the coalition. */
  'COUNSEL',
  'COURT_RECORD',
  /** A paper that whoever recorded the value has read. */
  'DOCUMENT',
  'PHOTO_OR_VIDEO',
  'NEWS_MEDIA',
  'SOCIAL_MEDIA',
] as const;
export type SourceName = (typeof SOURCES)[number];

/** Told by somebody who was told: by these alone nothing is confirmed. */
export const SECOND_HAND: readonly SourceName[] = ['NEWS_MEDIA', 'SOCIAL_MEDIA'];

/**
 * Information, "reliability", and Event, "violation status": how sure a value is, from the least. It
 * never rises by itself: somebody records the value anew, with what confirms it.
 */
export const CERTAINTIES = [
  /** Sources that count contradict it. */
  'DISPUTED',
  /** Somebody says so. */
  'ALLEGED',
  /** Shown by its source, or agreed on by all sides. */
  'CONFIRMED',
] as const;
export type CertaintyName = (typeof CERTAINTIES)[number];

/** For whatever is asked and may be unknown. */
export const ANSWERS = ['YES', 'NO', 'UNKNOWN'] as const;

/** Involvement: by what the agency was known. */
export const MEANS_OF_IDENTIFICATION = [
  'MARKED_VEHICLE',
  'UNIFORM_TEXT',
  'CREDENTIALS_SHOWN',
  /** They said so. */
  'STATED',
  'PAPER_SHOWN',
  'PHOTO_OR_VIDEO',
  'AGENCY_STATEMENT',
  'COURT_RECORD',
  'UNKNOWN',
] as const;

/** Act: on what authority, as far as the school was shown or told. */
export const AUTHORITIES_SHOWN = [
  'NONE',
  /** Form I-200, warrant for arrest of alien: signed by an officer. */
  'ADMINISTRATIVE_I200',
  /** Form I-205, warrant of removal: signed by an officer. */
  'ADMINISTRATIVE_I205',
  /** Form I-138, a subpoena that DHS issues itself. */
  'DHS_SUBPOENA_I138',
  /** Form AO 93, search and seizure warrant: signed by a federal judge. */
  'JUDICIAL_AO93',
  /** Form AO 442, arrest warrant: signed by a federal judge. */
  'JUDICIAL_AO442',
  /** A warrant signed by a judge of a state. */
  'JUDICIAL_STATE',
  /** A court orders somebody to appear or to hand over records; not a warrant. */
  'COURT_SUBPOENA',
  /** No paper: they said that it could not wait. */
  'EXIGENCY_CLAIMED',
  /** A paper of another kind, which no judge signed. */
  'OTHER_PAPER',
  /** A paper was shown, and nobody who is asked knows which; or nobody knows whether one was. */
  'UNKNOWN',
] as const;

/** Those that a judge signed, and that allow what is said in them. */
export const JUDICIAL_WARRANTS: readonly string[] = [
  'JUDICIAL_AO93',
  'JUDICIAL_AO442',
  'JUDICIAL_STATE',
];

/** No paper came with these. */
export const NO_PAPER: readonly string[] = ['NONE', 'EXIGENCY_CLAIMED', 'UNKNOWN'];

/** Event, place: where, as the law of schools tells places apart. */
export const SCHOOL_PLACES = [
  /** On campus where anybody may go: a parking lot, a front office. */
  'CAMPUS_PUBLIC',
  /** On campus behind the front office. */
  'CAMPUS_NON_PUBLIC',
  'ENTRANCE',
  'ROUTE',
  'BUS_STOP',
  'NEARBY',
] as const;

/** Event, time: in the school’s day, not on a clock. */
export const TIMES_OF_DAY = [
  'ARRIVAL',
  'CLASS',
  'DISMISSAL',
  /** After dismissal on a day of school. */
  'AFTER',
  /** A weekend, a holiday. */
  'NO_SCHOOL',
] as const;

/** Act: what became of going in. */
export const ENTRY_OUTCOMES = [
  /** Somebody of the school let them in. */
  'GRANTED',
  /** They were refused, and stayed out. */
  'REFUSED',
  /** They came in, and nobody of the school had let them: no decision of the school. */
  'ENTERED_WITHOUT_CONSENT',
] as const;

/** Involvement: a role at the school, never a name. */
export const SCHOOL_ROLES = [
  'PRINCIPAL',
  'ASSISTANT_PRINCIPAL',
  'FRONT_OFFICE',
  'TEACHER',
  'SECURITY',
  'SCHOOL_POLICE',
  'BUS_DRIVER',
  'DISTRICT_OFFICE',
  'COUNSEL',
  'OTHER_STAFF',
  'UNKNOWN',
] as const;

/** Involvement: whose the police officers of the school are. */
export const POLICE_EMPLOYERS = [
  'SCHOOL_DISTRICT',
  'CITY',
  /** A county’s sheriff or police. */
  'COUNTY',
  'STATE',
  /** The school has no police. */
  'NONE',
  'UNKNOWN',
] as const;

/** Intervention, intervening party: whom the school told. */
export const OFFICES = [
  'SUPERINTENDENT',
  'COUNSEL',
  'SCHOOL_BOARD',
  'COALITION',
  'NOBODY',
  'UNKNOWN',
] as const;

/** Intervention: the actions of the Standard Response Protocol that schools train. */
export const LOCKDOWNS = [
  'NONE',
  'HOLD',
  /** Doors locked to the outside, class goes on. */
  'SECURE',
  'LOCKDOWN',
  'SHELTER',
  'EVACUATION',
] as const;

/** Event, effects: how many students, in bands that point at nobody. */
export const STUDENT_BANDS = ['NONE', 'FROM_1_TO_10', 'FROM_11_TO_50', 'FROM_51'] as const;

/** Every list by the name of its GraphQL enum, with what that says of itself. */
export const VOCABULARY = {
  Agency: { codes: AGENCIES, about: 'An agency.' },
  MeansOfIdentification: {
    codes: MEANS_OF_IDENTIFICATION,
    about: 'By what the agency was known.',
  },
  AuthorityShown: {
    codes: AUTHORITIES_SHOWN,
    about: 'On what authority, as shown or told to the school. JUDICIAL: signed by a judge.',
  },
  SchoolPlace: { codes: SCHOOL_PLACES, about: 'Where, as the law of schools tells places apart.' },
  TimeOfDay: { codes: TIMES_OF_DAY, about: 'In the school’s day.' },
  EntryOutcome: {
    codes: ENTRY_OUTCOMES,
    about:
      'What became of going in; ENTERED_WITHOUT_CONSENT: nobody of the school had let them in.',
  },
  SchoolRole: { codes: SCHOOL_ROLES, about: 'A role at the school, never a name.' },
  PoliceEmployer: { codes: POLICE_EMPLOYERS, about: 'Whose the school’s police are.' },
  NotifiedOffice: { codes: OFFICES, about: 'Whom the school told.' },
  Lockdown: { codes: LOCKDOWNS, about: 'As in the Standard Response Protocol.' },
  StudentBand: { codes: STUDENT_BANDS, about: 'How many students: 0, 1 to 10, 11 to 50, 51 up.' },
  Answer: { codes: ANSWERS, about: 'Yes, no, or nobody knows.' },
} as const satisfies Record<string, { codes: readonly string[]; about: string }>;
export type VocabularyName = keyof typeof VOCABULARY;
