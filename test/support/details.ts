import { ask, send, type GraphqlAnswer } from './graphql.js';
import type { Person } from './staff.js';

export const RECORD_DETAILS = `mutation ($input: RecordDetailsInput!) {
  recordDetails(input: $input) { id }
}`;
const DETAIL = '{ value source certainty recordedAt }';
export const FIELDS = [
  ...['agencyClaimed', 'agencyConfirmed', 'agencyIdentifiedBy', 'agents', 'vehicles'],
  ...['authorityShown', 'authorityReadByCounsel', 'place', 'timeOfDay', 'entrySought'],
  ...['entryOutcome', 'entryDecidedBy', 'schoolPoliceEmployer', 'schoolPolicePresent'],
  ...['schoolPoliceAssisted', 'schoolPoliceSharedInformation', 'schoolSharedInformation'],
  ...['officesNotified', 'lockdown', 'lockdownMinutes', 'familiesNotified', 'familiesNotifiedAt'],
  ...['studentsAffected', 'anybodyDetained', 'absences', 'absencesBaseline'],
] as const;
export const DETAILS = `query ($id: ID!) {
  incident(id: $id) {
    details { ${FIELDS.map((field) => `${field} ${DETAIL}`).join(' ')} }
    detailHistory {
      revision field values source certainty recordedBy recordedAt supersededAt
    }
    departures {
      rule policyId certainty policy { id kind version effectiveFrom }
      facts { field values source certainty }
    }
  }
}`;

/** A value as a witness alleges it, unless something else is said. */
export const said = (value: unknown, certainty = 'ALLEGED', source = 'WITNESS') => ({
  ...{ value, source, certainty },
});

/** Every field there is, each agreeing with the others. */
export const everyDetail = () => ({
  agencyClaimed: said('ICE'),
  agencyConfirmed: said('ICE_ERO', 'CONFIRMED', 'COURT_RECORD'),
  agencyIdentifiedBy: said(['UNIFORM_TEXT', 'MARKED_VEHICLE']),
  agents: said(4),
  vehicles: said(2),
  authorityShown: said(['ADMINISTRATIVE_I200', 'EXIGENCY_CLAIMED'], 'CONFIRMED', 'DOCUMENT'),
  authorityReadByCounsel: said('NO', 'CONFIRMED', 'COUNSEL'),
  place: said('CAMPUS_NON_PUBLIC'),
  timeOfDay: said('DISMISSAL'),
  entrySought: said('YES', 'CONFIRMED', 'SCHOOL_STATEMENT'),
  entryOutcome: said('GRANTED', 'CONFIRMED', 'SCHOOL_STATEMENT'),
  entryDecidedBy: said('FRONT_OFFICE'),
  schoolPoliceEmployer: said('COUNTY', 'CONFIRMED', 'SCHOOL_RECORD'),
  schoolPolicePresent: said('YES'),
  schoolPoliceAssisted: said('YES'),
  schoolPoliceSharedInformation: said('NO'),
  schoolSharedInformation: said('YES', 'DISPUTED', 'SCHOOL_STAFF'),
  officesNotified: said(['SUPERINTENDENT', 'COUNSEL']),
  lockdown: said('SECURE'),
  lockdownMinutes: said(25),
  familiesNotified: said('YES'),
  familiesNotifiedAt: said(new Date(Date.now() - 60_000).toISOString()),
  studentsAffected: said('FROM_1_TO_10'),
  anybodyDetained: said('UNKNOWN'),
  absences: said(143, 'CONFIRMED', 'SCHOOL_RECORD'),
  absencesBaseline: said(41, 'CONFIRMED', 'SCHOOL_RECORD'),
});

/** Records details; answers whatever comes back. */
export const record = (
  url: string,
  { token }: Person,
  incidentId: string,
  details: object,
): Promise<GraphqlAnswer> =>
  send(url, RECORD_DETAILS, { input: { incidentId, ...details } }, token);

/** Details, their history and the departures of an incident, as somebody sees them. */
export async function detailsOf(url: string, { token }: Person, id: string) {
  return (await ask(url, DETAILS, { id }, token)).incident as Record<string, any>;
}
