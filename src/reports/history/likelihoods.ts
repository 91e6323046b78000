import type { ActivityName, AgencyName } from '../../alerts/notice.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { Shares } from './dice.js';

/** How often what happens in a history that is made up: plausible, and measured nowhere. */
export const ACTIVITY_SHARES: Shares<ActivityName> = {
  ...{ PRESENCE: 34, VEHICLE_STOP: 17, SURVEILLANCE: 13, QUESTIONING: 11, STAGING: 8 },
  ...{ ARREST: 6, OTHER: 4, CHECKPOINT: 3, CAMPUS_ENTRY_SOUGHT: 3, CAMPUS_ENTRY: 1 },
};

export const AGENCY_SHARES: Shares<AgencyName> = {
  ...{ UNKNOWN: 27, ICE: 30, ICE_ERO: 17, ICE_HSI: 5, CBP: 8, OTHER_FEDERAL: 5 },
  ...{ LOCAL_POLICE: 6, SCHOOL_POLICE: 2 },
};

/** What becomes of an incident. */
export const END_SHARES = {
  ...{ CLEARED: 47, EXPIRED: 14, RETRACTED: 4, RECORDED: 6 },
  ...{ UNFOUNDED: 15, UNABLE_TO_VERIFY: 10, DUPLICATE: 4 },
} as const;
export type EndName = keyof typeof END_SHARES;

export const REPORT_SHARES = { 1: 70, 2: 20, 3: 7, 4: 3 };

export const AUTHORITY_SHARES = {
  ...{ NONE: 38, ADMINISTRATIVE_I200: 22, UNKNOWN: 13, EXIGENCY_CLAIMED: 8 },
  ...{ ADMINISTRATIVE_I205: 7, JUDICIAL_AO442: 5, DHS_SUBPOENA_I138: 3, OTHER_PAPER: 2 },
  ...{ COURT_SUBPOENA: 1, JUDICIAL_AO93: 1 },
} as const;

/** How likely a district is to have adopted a policy by the end of the history. */
export const ADOPTED: Record<PolicyKindName, number> = {
  WELCOMING_RESOLUTION: 0.5,
  JUDICIAL_WARRANT_RULE: 0.55,
  INFORMATION_SHARING_BAN: 0.4,
  POLICE_AGREEMENT_MOU: 0.6,
  SCHOOL_RESOURCE_OFFICERS: 0.7,
  AGREEMENT_287G: 0.15,
  FAMILY_NOTIFICATION_RULE: 0.35,
};

/** Each year sees so much more than the one before. */
export const YEARLY_GROWTH = 1.25;

/** How often something is done in a district that has promised not to, and in one that has not. */
export const PRACTICE = {
  entryGranted: { promised: 0.12, free: 0.5 },
  informationShared: { promised: 0.03, free: 0.1 },
  policeAssisted: { promised: 0.05, free: 0.2 },
  familiesNotTold: { promised: 0.15, free: 0.45 },
};
