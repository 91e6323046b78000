import { buildAlert } from './alert-builder.js';
import { renderAlert, type UnsignedPayload } from './messages.js';
import type { Notice, NoticeFacts } from './notice.js';

/** Tuesday, 8:16 AM in Florida. */
export const SENT = new Date('2026-03-03T13:16:00Z');
export const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const uuid = (n: number) => `7c9e6679-7425-40de-944b-${String(n).padStart(12, '0')}`;
export const URL = `https://campana.example.org/alerts/${ID}`;
const OAK = 'Oak Ridge Elementary School';

/** What differs from the usual scene: ICE officers stop a vehicle at 8:10 AM, 700 m from Oak Ridge. */
export interface Scene extends Partial<Omit<Notice, 'facts'>> {
  facts?: Partial<NoticeFacts>;
  meters?: number;
  references?: string[];
  sent?: Date;
  schoolName?: string;
  timeZone?: string;
}

const FACTS: NoticeFacts = {
  activity: 'VEHICLE_STOP',
  agency: 'ICE',
  agents: 3,
  vehicles: 2,
  reports: 1,
};

/** One notice through the builder and the renderer, as a family gets it. */
export function render(locale: string, scene: Scene): UnsignedPayload {
  const { facts, meters, references, sent, schoolName, timeZone, ...changes } = scene;
  const notice = {
    incidentId: uuid(0),
    kind: 'ALERT',
    change: null,
    exercise: false,
    facts: { ...FACTS, ...facts },
    place: { latitude: 28.5391, longitude: -81.3777 },
    radiusMeters: 1500,
    onset: new Date('2026-03-03T13:10:00Z'),
    expires: new Date('2026-03-03T14:16:00Z'),
    joined: [],
    ...changes,
  } as Notice;
  const draft = buildAlert(notice, {
    id: ID,
    sent: sent ?? SENT,
    references: references ?? (notice.kind === 'ALERT' ? [] : [uuid(1)]),
    school: { id: '1', name: '', latitude: 0, longitude: 0, districtId: '1201440' },
    distanceMeters: meters ?? 700,
  });
  return renderAlert(draft, locale, {
    schoolName: schoolName ?? OAK,
    timeZone: timeZone ?? 'America/New_York',
    url: URL,
  });
}

/** The three texts, in the order in which they are read. */
export const words = ({ headline, body, instruction }: UnsignedPayload) => [
  headline,
  body,
  instruction,
];
