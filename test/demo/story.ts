import { Exercise } from '../support/exercise.js';
import { ask, codeOf } from '../support/graphql.js';
import { CLEAR, DELIVERY, PREVIEW, RETRACT, UPDATE, VERIFY } from '../support/operations.js';
import { PLACES, report } from '../support/staff.js';
import type { Cast } from './cast.js';
import type { Place } from './census.js';
import type { Families, Family } from './families.js';
import { say, title } from './screen.js';

const RADIUS_METERS = 1_500;
const PATIENCE_MS = 20_000;

interface DrillReport {
  reached: number;
  secondsToFirst: number | null;
  secondsToLast: number | null;
  steps: { step: string; seconds: number }[];
}

interface Told {
  message: string;
  status: string;
  expected: number;
  told: number;
  'told by mistake': number;
  'told twice': number;
  'first ms': number;
  'last ms': number;
}

/** An incident as a decision left it. */
interface Decided {
  state: string;
  alerts: { id: string }[];
}

/** What happens in the demo, and who was told of it. */
export class Story {
  firstAlertId = '';
  drillAlertId = '';
  private drillReport: DrillReport | undefined;
  /** Phones that the drill is for, by the slow and independent rule. */
  private practising = 0;
  private readonly told: Told[] = [];

  constructor(
    private readonly url: string,
    private readonly cast: Cast,
    private readonly families: Families,
  ) {}

  async firstIncident(): Promise<void> {
    title('A vehicle stop near a school in Kissimmee');
    const place = PLACES.kissimmee;
    const id = await report(this.url, this.cast.witness, { location: place });
    say('a report is filed', 'UNVERIFIED, nothing is public');
    await report(this.url, this.cast.responder, {
      location: { latitude: place.latitude + 0.002, longitude: place.longitude },
      activity: 'QUESTIONING',
    });
    say('a second observer reports', 'it joins the same incident');
    const refused = await codeOf(this.url, VERIFY, this.input(id), this.cast.witness.token);
    say('the author tries to verify her own report', refused ?? 'ACCEPTED?!');
    if (refused !== 'FORBIDDEN') throw new Error('an author verified her own report');
    const audience = await this.verify('alert', id, {
      latitude: place.latitude + 0.002,
      longitude: place.longitude,
    });
    await this.families.moveAway(audience);
    say('a family that was told moves to another school');
    await this.issue('update', UPDATE, id, audience, { change: 'EXTENDED' });
    await this.issue('all-clear', CLEAR, id, audience);
  }

  async secondIncident(): Promise<void> {
    title('Something in Orlando that was not what it seemed');
    const id = await report(this.url, this.cast.responder, {
      location: PLACES.orlando,
      activity: 'STAGING',
    });
    say('a report is filed', 'UNVERIFIED');
    const audience = await this.verify('alert', id, PLACES.orlando);
    await this.issue('retraction', RETRACT, id, audience);
  }

  /** One person starts it, reports, verifies and ends it; the end brings the all-clear. */
  async drill(): Promise<void> {
    title('A drill: one person plays every part');
    const { dispatcher } = this.cast;
    const drill = await Exercise.start(
      this.url,
      dispatcher,
      this.families.schoolNear(PLACES.apopka),
    );
    say('a dispatcher starts a drill', 'staff hear of it, and devices that asked for drills');
    const id = await drill.report({ location: PLACES.apopka, activity: 'CHECKPOINT' });
    say('she files a report of the drill herself', 'UNVERIFIED');
    const near = this.families.audienceOf(PLACES.apopka, RADIUS_METERS);
    const audience = new Set([...near].filter(({ drills }) => drills));
    this.practising = [...audience].filter(({ push }) => push).length;
    say('who is near', `${near.size} families, of whom ${audience.size} asked for drills`);
    const choice = { radiusMeters: RADIUS_METERS };
    this.drillAlertId = await this.issue('drill: alert', VERIFY, id, audience, choice);
    await this.follow('drill: all-clear', audience, async () => {
      const [incident] = (await drill.end()).incidents;
      return incident;
    });
    this.drillReport = (await drill.result()).report;
  }

  /** What a drill is for: how fast, and how long each step took. */
  drillSteps(): Record<string, string | number>[] {
    return this.drillReport!.steps.map(({ step, seconds }) => ({
      step: step.toLowerCase().replaceAll('_', ' '),
      'after the one before': `${seconds.toFixed(3)} s`,
    }));
  }

  drillSummary(): string {
    const { reached, secondsToFirst, secondsToLast } = this.drillReport!;
    const when = (seconds: number | null) =>
      seconds === null ? 'never' : `${seconds.toFixed(2)} s`;
    return `${reached} of ${this.practising} phones reached, from the verification to the first ${when(secondsToFirst)}, to the last ${when(secondsToLast)}`;
  }

  rows(): Record<string, string | number>[] {
    return this.told.map((row) => ({ ...row }));
  }

  holds(): boolean {
    const drillWas = this.drillReport?.reached === this.practising;
    const exact = this.told.every(
      (row) =>
        row.status === (row.message.includes('drill') ? 'Exercise' : 'Actual') &&
        row.expected > 0 &&
        row.told === row.expected &&
        row['told by mistake'] === 0 &&
        row['told twice'] === 0,
    );
    return exact && drillWas;
  }

  private async verify(name: string, id: string, place: Place): Promise<Set<Family>> {
    const { audiencePreview } = await ask(
      this.url,
      PREVIEW,
      { incidentId: id, radiusMeters: RADIUS_METERS },
      this.cast.dispatcher.token,
    );
    say(
      'a dispatcher looks before verifying',
      `about ${audiencePreview.devices} devices, ${audiencePreview.schools.length} schools within ${RADIUS_METERS} m`,
    );
    const audience = this.families.audienceOf(place, RADIUS_METERS);
    const alertId = await this.issue(name, VERIFY, id, audience, { radiusMeters: RADIUS_METERS });
    this.firstAlertId ||= alertId;
    return audience;
  }

  private issue(
    name: string,
    operation: string,
    incidentId: string,
    audience: Set<Family>,
    extra: object = {},
  ): Promise<string> {
    const { token } = this.cast.dispatcher;
    return this.follow(name, audience, async () => {
      const answer = await ask(this.url, operation, this.input(incidentId, extra), token);
      return Object.values(answer)[0] as Decided;
    });
  }

  /** Carries out one decision and waits until its fan-out is complete. */
  private async follow(
    name: string,
    audience: Set<Family>,
    decide: () => Promise<Decided>,
  ): Promise<string> {
    const from = Date.now();
    const incident = await decide();
    const alertId = incident.alerts.at(-1)!.id;
    await this.complete(alertId, audience);
    const row = this.count(name, alertId, audience, from);
    this.told.push(row);
    say(
      `${name}: ${incident.state}`,
      `${row.told} of ${row.expected} told within ${row['last ms']} ms`,
    );
    return alertId;
  }

  private async complete(alertId: string, audience: Set<Family>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    const all = () => [...audience].every((family) => family.shown(alertId).count > 0);
    for (;;) {
      const { delivery } = await ask(this.url, DELIVERY, { alertId }, this.cast.dispatcher.token);
      if ((delivery?.complete && all()) || Date.now() > deadline) return;
      await new Promise((look) => setTimeout(look, 50));
    }
  }

  private count(name: string, alertId: string, audience: Set<Family>, from: number): Told {
    const shown = this.families.all.map((family) => ({ family, ...family.shown(alertId) }));
    const reached = shown.filter(({ count }) => count > 0);
    const times = reached.map(({ at }) => at - from);
    return {
      message: `${this.told.length + 1} ${name}`,
      status: [...new Set(reached.flatMap(({ statuses }) => statuses))].join(', '),
      expected: audience.size,
      told: reached.filter(({ family }) => audience.has(family)).length,
      'told by mistake': reached.filter(({ family }) => !audience.has(family)).length,
      'told twice': reached.filter(({ count }) => count > 1).length,
      'first ms': Math.min(...times),
      'last ms': Math.max(...times),
    };
  }

  private input(incidentId: string, extra: object = {}) {
    return { input: { incidentId, ...extra } };
  }
}
