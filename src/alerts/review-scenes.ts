import { buildAlert, type AlertDraft } from './alert-builder.js';
import type { RenderContext } from './messages.js';
import { ACTIVITIES, AGENCIES, CHANGES, type Notice, type NoticeFacts } from './notice.js';

/** One message as a reviewer reads it, before it is put into words. */
export interface ReviewScene {
  /** What is special about it, in English. */
  label: string;
  draft: AlertDraft;
  context: RenderContext;
}

export interface SceneGroup {
  title: string;
  scenes: ReviewScene[];
}

interface Change extends Partial<Omit<Notice, 'facts'>> {
  facts?: Partial<NoticeFacts>;
  meters?: number;
  sent?: Date;
  timeZone?: string;
}

const ID = '00000000-0000-4000-8000-000000000001';
const EARLIER = '00000000-0000-4000-8000-000000000002';
const SCHOOL = 'Oak Ridge Elementary School';
/** A Tuesday, 8:16 in the morning in Florida. */
const SENT = new Date('2026-03-03T13:16:00Z');
const ONSET = new Date('2026-03-03T13:10:00Z');
const EXPIRES = new Date('2026-03-03T14:16:00Z');
const FACTS: NoticeFacts = {
  activity: 'VEHICLE_STOP',
  agency: 'ICE',
  agents: 3,
  vehicles: 2,
  reports: 1,
};

/** At the school, within ¼, ½ and 1 mile of it, and beyond. */
const BANDS = [
  { meters: 50, label: 'at or next to the school' },
  { meters: 300, label: 'within a quarter of a mile' },
  { meters: 700, label: 'within half a mile' },
  { meters: 1500, label: 'within a mile' },
  { meters: 3000, label: 'more than a mile away' },
];

const ALERT: Change = { kind: 'ALERT' };
const MOVED: Change = { kind: 'UPDATE', change: 'MOVED' };
const ALL_CLEAR: Change = { kind: 'ALL_CLEAR' };
const RETRACTION: Change = { kind: 'RETRACTION' };

/** With these, every plural form that a language has is read. */
const COUNTS = [1, 2, 4, 5, 21, 100];

/**
 * Every kind of message, and beside it one thing at a time: what was done, by whom, how far away, how
 * many, how often reported, when. A piece that is put into several sentences is shown in each of them.
 */
export function reviewScenes(): SceneGroup[] {
  return [
    { title: 'Kinds of message', scenes: kinds() },
    {
      title: 'What was observed',
      scenes: ACTIVITIES.map((activity) => scene(activity, { facts: { activity } })),
    },
    { title: 'Who was observed', scenes: AGENCIES.flatMap(agency) },
    { title: 'Where', scenes: BANDS.flatMap(band) },
    { title: 'How many were seen', scenes: sizes() },
    { title: 'How many reported it', scenes: COUNTS.map(reports) },
    { title: 'When', scenes: times() },
    { title: 'Practice', scenes: drills() },
  ];
}

const kinds = () => [
  scene('A first alert', ALERT),
  ...CHANGES.map((change) => scene(`Update: ${change}`, { kind: 'UPDATE', change })),
  scene('All clear', ALL_CLEAR),
  scene('Retraction', RETRACTION),
];

const agency = (name: NoticeFacts['agency']) => [
  scene(`${name}, alert`, { facts: { agency: name, activity: 'PRESENCE' } }),
  scene(`${name}, moved`, { ...MOVED, facts: { agency: name } }),
];

const band = ({ meters, label }: (typeof BANDS)[number]) => [
  scene(`Alert, ${label}`, { meters }),
  scene(`Moved, ${label}`, { ...MOVED, meters }),
  scene(`All clear, ${label}`, { ...ALL_CLEAR, meters }),
  scene(`Retraction, ${label}`, { ...RETRACTION, meters }),
];

const sizes = () => [
  scene('Nobody counted', { facts: { agents: null, vehicles: null } }),
  ...COUNTS.map((n) => scene(`${n} and ${n}`, { facts: { agents: n, vehicles: n } })),
  scene('Officers only', { facts: { agents: 3, vehicles: null } }),
  scene('Vehicles only', { facts: { agents: null, vehicles: 3 } }),
];

const reports = (count: number) => scene(`${count} reported it`, { facts: { reports: count } });

const times = () => [
  scene('First seen yesterday', { onset: new Date('2026-03-02T20:05:00Z') }),
  scene('In effect until after midnight', {
    kind: 'UPDATE',
    change: 'EXTENDED',
    onset: new Date('2026-03-04T02:40:00Z'),
    sent: new Date('2026-03-04T03:10:00Z'),
    expires: new Date('2026-03-04T05:30:00Z'),
  }),
  scene('The school’s clock is not known', { timeZone: 'UTC' }),
];

const drills = () => [
  scene('Practice, alert', { exercise: true }),
  scene('Practice, all clear', { ...ALL_CLEAR, exercise: true }),
];

function scene(label: string, change: Change): ReviewScene {
  const { facts, meters = 700, sent = SENT, timeZone = 'America/New_York', ...rest } = change;
  const notice = {
    incidentId: EARLIER,
    kind: 'ALERT',
    change: null,
    exercise: false,
    place: { latitude: 28.5391, longitude: -81.3777 },
    radiusMeters: 1500,
    onset: ONSET,
    expires: EXPIRES,
    joined: [],
    ...rest,
    facts: { ...FACTS, ...facts },
  } as Notice;
  const school = { id: '', name: SCHOOL, latitude: 0, longitude: 0, districtId: '' };
  const references = notice.kind === 'ALERT' ? [] : [EARLIER];
  return {
    label,
    draft: buildAlert(notice, { id: ID, sent, references, school, distanceMeters: meters }),
    context: { schoolName: SCHOOL, timeZone, url: 'https://example.org/alerts/1' },
  };
}
