/** What `incidents` hands to `alerts`: one thing to tell the public, in structured facts only. */
export const ACTIVITIES = [
  'PRESENCE',
  'SURVEILLANCE',
  'STAGING',
  'QUESTIONING',
  'VEHICLE_STOP',
  'CHECKPOINT',
  'CAMPUS_ENTRY_SOUGHT',
  'CAMPUS_ENTRY',
  'ARREST',
  'OTHER',
] as const;
export type ActivityName = (typeof ACTIVITIES)[number];

export const AGENCIES = [
  'ICE',
  'ICE_ERO',
  'ICE_HSI',
  'CBP',
  'OTHER_FEDERAL',
  'LOCAL_POLICE',
  'SCHOOL_POLICE',
  'UNKNOWN',
] as const;
export type AgencyName = (typeof AGENCIES)[number];

/** Why an Update is sent; each has its prewritten text. */
export const CHANGES = ['EXTENDED', 'MOVED', 'MORE_AGENTS', 'FEWER_AGENTS', 'DETAIL'] as const;
export type ChangeName = (typeof CHANGES)[number];

export type NoticeKind = 'ALERT' | 'UPDATE' | 'ALL_CLEAR' | 'RETRACTION';

/** What is real, and what is practised: two types, so that neither can pass for the other. */
export type Notice = LiveNotice | DrillNotice;

export interface LiveNotice extends NoticeBase {
  exercise: false;
}

/** CAP `status: Exercise`: told to those who take part in drills, never to the public. */
export interface DrillNotice extends NoticeBase {
  exercise: true;
}

interface NoticeBase {
  incidentId: string;
  kind: NoticeKind;
  /** Set when `kind` is UPDATE. */
  change: ChangeName | null;
  /** Incidents that were merged into this one: their messages are followed up by this. */
  joined: string[];
  facts: NoticeFacts;
  /** Exact place, for the audience and the distance band only: it never leaves the staff side. */
  place: { latitude: number; longitude: number };
  radiusMeters: number;
  /** When the activity was first observed. */
  onset: Date;
  expires: Date;
}

/** The structured facts that may be told in public. No free text, no person. */
export interface NoticeFacts {
  activity: ActivityName;
  /** UNKNOWN when nobody identified it. */
  agency: AgencyName;
  agents: number | null;
  vehicles: number | null;
  /** How many independent reports say so. */
  reports: number;
}
