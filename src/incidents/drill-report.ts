import type { NoticeKind } from '../alerts/notice.js';

export const DRILL_STEPS = [
  'STARTED',
  'REPORTED',
  'VERIFIED',
  'FIRST_DEVICE',
  'LAST_DEVICE',
  'UPDATED',
  'ALL_CLEAR',
  'RETRACTED',
  'ENDED',
] as const;
export type DrillStepName = (typeof DRILL_STEPS)[number];

export interface DrillStep {
  step: DrillStepName;
  at: Date;
  /** Since the step before it; 0 for the first. */
  seconds: number;
}

export interface DrillReport {
  /** Devices that took the alert; of a drill with several, each as often as it took one. */
  reached: number;
  /** From the verification to the first and the last device that took the alert. */
  secondsToFirst: number | null;
  secondsToLast: number | null;
  /** In order of time. */
  steps: DrillStep[];
}

interface Drill {
  startedAt: Date;
  endedAt: Date | null;
}

interface Practised {
  openedAt: Date;
  alerts: readonly { id: string; kind: NoticeKind; sent: Date }[];
  deliveries: readonly {
    id: string;
    accepted: number;
    firstAcceptedAt: Date | null;
    lastAcceptedAt: Date | null;
  }[];
}

const STEP_OF = {
  ALERT: 'VERIFIED',
  UPDATE: 'UPDATED',
  ALL_CLEAR: 'ALL_CLEAR',
  RETRACTION: 'RETRACTED',
} as const satisfies Record<NoticeKind, DrillStepName>;

/** What a drill showed. Times of several incidents stand side by side, in order. */
export function drillReport(drill: Drill, incidents: readonly Practised[]): DrillReport {
  const alarms = incidents.flatMap(alarmOf);
  const moments: [DrillStepName, Date | null][] = [
    ['STARTED', drill.startedAt],
    ...incidents.flatMap(({ openedAt, alerts }): [DrillStepName, Date][] => [
      ['REPORTED', openedAt],
      ...alerts.map(({ kind, sent }): [DrillStepName, Date] => [STEP_OF[kind], sent]),
    ]),
    ...alarms.flatMap(({ first, last }): [DrillStepName, Date | null][] => [
      ['FIRST_DEVICE', first],
      ['LAST_DEVICE', last],
    ]),
    ['ENDED', drill.endedAt],
  ];
  return {
    reached: alarms.reduce((sum, { accepted }) => sum + accepted, 0),
    secondsToFirst: least(alarms.map(({ sent, first }) => first && secondsBetween(sent, first))),
    secondsToLast: most(alarms.map(({ sent, last }) => last && secondsBetween(sent, last))),
    steps: inTime(moments),
  };
}

/** The first message of an incident, and how its fan-out went. */
function alarmOf({ alerts, deliveries }: Practised) {
  const alarm = alerts.find(({ kind }) => kind === 'ALERT');
  const delivery = deliveries.find(({ id }) => id === alarm?.id);
  if (!alarm || !delivery) return [];
  const { accepted, firstAcceptedAt: first, lastAcceptedAt: last } = delivery;
  return [{ sent: alarm.sent, accepted, first, last }];
}

function inTime(moments: [DrillStepName, Date | null][]): DrillStep[] {
  const known = moments.filter((moment): moment is [DrillStepName, Date] => moment[1] !== null);
  const order = (step: DrillStepName) => DRILL_STEPS.indexOf(step);
  known.sort(([a, at], [b, bt]) => at.getTime() - bt.getTime() || order(a) - order(b));
  return known.map(([step, at], index) => ({
    step,
    at,
    seconds: index === 0 ? 0 : secondsBetween(known[index - 1]![1], at),
  }));
}

const secondsBetween = (a: Date, b: Date) => (b.getTime() - a.getTime()) / 1_000;
const known = (values: (number | null)[]) => values.filter((value) => value !== null);
const least = (values: (number | null)[]) =>
  known(values).length > 0 ? Math.min(...known(values)) : null;
const most = (values: (number | null)[]) =>
  known(values).length > 0 ? Math.max(...known(values)) : null;
