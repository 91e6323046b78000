import type { ActivityName, AgencyName } from '../../alerts/notice.js';
import type { DismissalName, IncidentState } from '../../incidents/incident-lifecycle.js';
import type { Details } from '../../incidents/advocacy/detail-fields.js';
import { cellNumber } from '../../incidents/review/cells.js';
import type { VantageName } from '../../incidents/sighting.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { Dice } from './dice.js';
import { ACTIVITY_SHARES, AGENCY_SHARES, END_SHARES, REPORT_SHARES } from './likelihoods.js';
import type { EndName } from './likelihoods.js';
import { plausibleDetails } from './plausible-details.js';
import { PARTS, isSchoolDay, momentAt, type PartOfDay } from './school-year.js';

export interface SeedSchool {
  id: string;
  districtId: string;
  latitude: number;
  longitude: number;
  enrollment: number | null;
  zone: string;
}

/** Who is in a history; nobody of them can sign in. */
export interface Cast {
  responders: string[];
  dispatchers: string[];
  analysts: string[];
}

export interface MadeReport {
  id: string;
  authorId: string;
  observedAt: Date;
  filedAt: Date;
  latitude: number;
  longitude: number;
  vantage: VantageName;
}

/** A step of the lifecycle, as the ledger names it. */
export interface MadeStep {
  entry: string;
  at: Date;
  actor: string;
  from: IncidentState;
  to: IncidentState;
}

export interface MadeIncident {
  id: string;
  school: SeedSchool;
  activity: ActivityName;
  agency: AgencyName;
  agents: number;
  vehicles: number;
  reports: MadeReport[];
  steps: MadeStep[];
  state: IncidentState;
  dismissal: DismissalName | null;
  cell: string;
  verified: { at: Date; by: string } | null;
  clearedAt: Date | null;
  correctedAt: Date | null;
  /** Devices told, in tens; null: nobody was. */
  told: { deliveryId: string; devices: number } | null;
  recorded: { details: Details; at: Date; by: string } | null;
}

const MINUTE = 60_000;
const DEGREES_PER_METER = 1 / 111_195;
const REACH_METERS = 600;
const DISMISSALS: Partial<Record<EndName, DismissalName>> = {
  UNFOUNDED: 'UNFOUNDED',
  UNABLE_TO_VERIFY: 'UNABLE_TO_VERIFY',
  DUPLICATE: 'DUPLICATE',
};

/** One incident, from its first observation to what was recorded of it afterwards. */
export function plausibleIncident(
  dice: Dice,
  {
    school,
    day,
    cast,
    promised,
    now,
  }: {
    school: SeedSchool;
    /** Counted from 1970-01-01. */
    day: number;
    cast: Cast;
    /** What the district had promised by that day. */
    promised: ReadonlySet<PolicyKindName>;
    /** Nothing happens later. */
    now: Date;
  },
): MadeIncident {
  const part = partOf(dice, day);
  const at = momentAt(school.zone, day, dice.between(PARTS[part].from, PARTS[part].to));
  const reports = reportsOf(dice, { at, school, cast, now });
  const [first] = reports as [MadeReport];
  const activity = dice.share(ACTIVITY_SHARES);
  const agency = dice.share(AGENCY_SHARES);
  const id = dice.uuid();
  const end = dice.share(END_SHARES);
  const course = courseOf(dice, end, { first, cast, now });
  const known = { activity, agency, part, observedAt: at, enrollment: school.enrollment, promised };
  const details =
    !DISMISSALS[end] && dice.chance(activity.startsWith('CAMPUS') ? 0.8 : 0.22)
      ? plausibleDetails(dice, known)
      : null;
  return {
    ...{ id, school, activity, agency, reports },
    ...{ agents: dice.between(1, 8), vehicles: dice.between(1, 4), cell: cellNumber(first) },
    ...course,
    told:
      course.verified && end !== 'RECORDED'
        ? { deliveryId: dice.uuid(), devices: Math.round(dice.about(25)) * 10 }
        : null,
    recorded: details && {
      details,
      at: notAfter(new Date(at.getTime() + dice.between(1, 14) * 1_440 * MINUTE), now),
      by: dice.of(cast.analysts),
    },
  };
}

function partOf(dice: Dice, day: number): PartOfDay {
  if (!isSchoolDay(day)) return 'NO_SCHOOL';
  return dice.share(
    Object.fromEntries(Object.entries(PARTS).map(([part, { share }]) => [part, share])) as Record<
      PartOfDay,
      number
    >,
  );
}

/** The first report first; of several people, each once. */
function reportsOf(
  dice: Dice,
  { at, school, cast, now }: { at: Date; school: SeedSchool; cast: Cast; now: Date },
): MadeReport[] {
  const count = Number(dice.share(REPORT_SHARES));
  const start = dice.between(0, cast.responders.length - 1);
  const away = REACH_METERS * DEGREES_PER_METER * Math.sqrt(dice.throw());
  const turn = 2 * Math.PI * dice.throw();
  const latitude = school.latitude + away * Math.sin(turn);
  const longitude =
    school.longitude + (away * Math.cos(turn)) / Math.cos((school.latitude * Math.PI) / 180);
  let later = 0;
  return Array.from({ length: count }, (_, place) => {
    const observedAt = new Date(at.getTime() + later * MINUTE);
    const filedAt = notAfter(new Date(observedAt.getTime() + dice.about(3) * MINUTE), now);
    later += dice.between(1, 12);
    return {
      ...{ id: dice.uuid(), observedAt, filedAt, latitude, longitude },
      authorId: cast.responders[(start + place) % cast.responders.length]!,
      vantage: dice.chance(0.8) ? 'FIRSTHAND' : 'RELAYED',
    };
  });
}

type Course = Pick<
  MadeIncident,
  'steps' | 'state' | 'dismissal' | 'verified' | 'clearedAt' | 'correctedAt'
>;

/** The steps that lead to its end. */
function courseOf(
  dice: Dice,
  end: EndName,
  { first, cast, now }: { first: MadeReport; cast: Cast; now: Date },
): Course {
  const by = dice.of(cast.dispatchers);
  const after = (from: Date, minutes: number) =>
    notAfter(new Date(from.getTime() + Math.max(1, minutes) * MINUTE), now);
  const step = (entry: string, from: IncidentState, to: IncidentState, at: Date, actor = by) => ({
    ...{ entry: `incident.${entry}`, from, to, at, actor },
  });
  const none = { dismissal: null, verified: null, clearedAt: null, correctedAt: null };
  const dismissal = DISMISSALS[end];
  if (dismissal) {
    const at = after(first.filedAt, dice.about(25, 1));
    return {
      ...none,
      dismissal,
      state: 'DISMISSED',
      steps: [step('dismissed', 'UNVERIFIED', 'DISMISSED', at)],
    };
  }
  if (end === 'RECORDED') {
    const at = after(first.filedAt, 121 + dice.about(200, 1));
    const steps = [step('recorded', 'UNVERIFIED', 'RECORDED', at)];
    return { ...none, state: 'RECORDED', verified: { at, by }, steps };
  }
  const at = after(first.filedAt, Math.min(100, dice.about(7)));
  const told = { ...none, verified: { at, by } };
  const steps = [step('verified', 'UNVERIFIED', 'ACTIVE', at)];
  if (dice.chance(0.2)) steps.push(step('updated', 'ACTIVE', 'ACTIVE', after(at, dice.about(12))));
  const last = steps.at(-1)!.at;
  if (end === 'EXPIRED') {
    steps.push(step('expired', 'ACTIVE', 'EXPIRED', after(last, 60), 'clock'));
    return { ...told, state: 'EXPIRED', steps };
  }
  const cleared = end === 'CLEARED';
  const over = after(last, dice.about(cleared ? 45 : 25));
  const state = cleared ? 'CLEARED' : 'RETRACTED';
  steps.push(step(state.toLowerCase(), 'ACTIVE', state, over));
  return { ...told, state, steps, correctedAt: over, clearedAt: cleared ? over : null };
}

const notAfter = (at: Date, now: Date): Date => (at > now ? now : at);
