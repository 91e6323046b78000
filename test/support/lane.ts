import { IncidentClock } from '../../src/incidents/incident-clock.service.js';
import { chooser, pick, type Act, type Deed } from '../../src/incidents/random-acts.fixture.js';
import { send } from './graphql.js';
import { MERGE, SPLIT } from './merges.js';
import type { Neighborhood } from './neighborhood.js';
import {
  APPROVE,
  CLEAR,
  DISMISS,
  END_DRILL,
  FILE_REPORT,
  PAUSE,
  REJECT,
  RESUME,
  RETRACT,
  START_DRILL,
  UPDATE,
  VERIFY,
} from './operations.js';
import { reportInput, type Person } from './staff.js';
import type { TestService } from './test-service.js';

const RECORD = `mutation ($input: RecordIncidentInput!) { recordIncident(input: $input) { id } }`;
const ACTIVITIES = ['STAGING', 'STAGING', 'STAGING', 'ARREST', 'OTHER'];
const MINUTES_AGO = [0, 0, 1, 12, 40, 150];
const RADII = [500, 1_500, 1_500, 3_000, 3_001, 5_000];
const LASTING = [30, 60, 240];
const CHANGES = ['EXTENDED', 'MOVED', 'MORE_AGENTS', 'DETAIL'];
const OUTCOMES = ['UNFOUNDED', 'UNABLE_TO_VERIFY', 'DUPLICATE'];
/** One attempt in so many is made without a look at whether it can succeed. */
const ADVENTUROUS = 6;

/** Of an incident to which it may be done, most often. */
const READY: Partial<Record<Deed, string[]>> = {
  VERIFY: ['UNVERIFIED'],
  APPROVE: ['UNVERIFIED'],
  REJECT: ['UNVERIFIED'],
  RECORD: ['UNVERIFIED'],
  DISMISS: ['UNVERIFIED'],
  UPDATE: ['ACTIVE'],
  CLEAR: ['ACTIVE'],
  RETRACT: ['ACTIVE', 'CLEARED', 'EXPIRED'],
  MERGE: ['UNVERIFIED', 'ACTIVE'],
  SPLIT: ['UNVERIFIED', 'ACTIVE', 'CLEARED', 'EXPIRED'],
  STRIKE: ['UNVERIFIED', 'ACTIVE'],
};

/** What may take one in that is in this state. */
const TAKES: Record<string, string[]> = {
  UNVERIFIED: ['UNVERIFIED', 'ACTIVE', 'CLEARED', 'EXPIRED', 'RECORDED'],
  ACTIVE: ['ACTIVE'],
};

/** People of a network by what they may do. */
export interface Cast {
  admins: Person[];
  dispatchers: Person[];
  everybody: Person[];
}

export interface Spot {
  latitude: number;
  longitude: number;
  schoolId: string;
}

interface Here {
  id: string;
  state: string;
  proposal: string | null;
}

interface Attempt {
  who: Person;
  on: Here | undefined;
  choose: (options: number) => number;
}

/** Two spots near one another, where one sequence of acts after the other is played to its end. */
export class Lane {
  private readonly known = new Set<string>();
  private readonly authors = new Set<string>();
  private drillId: string | undefined;
  private reported = 0;

  constructor(
    private readonly service: TestService,
    private readonly cast: Cast,
    private readonly families: Neighborhood,
    private readonly spots: readonly Spot[],
    /** Incidents of the other lanes too, to be merged with. */
    private readonly everywhere: Set<string>,
  ) {}

  /** Ends a pause, so that what it holds goes out. */
  static async end(service: TestService, { admins }: Cast): Promise<void> {
    await send(service.url, RESUME, undefined, admins[0]!.token);
  }

  async play(acts: readonly Act[]): Promise<void> {
    for (let next = 0; next < acts.length;) {
      // Some at the same time.
      const together = acts.slice(next, next + 1 + (acts[next]!.choice % 4 === 0 ? 1 : 0));
      next += together.length;
      await Promise.all(together.map((act) => this.attempt(act)));
    }
    await this.finish(acts.length);
  }

  /** Nothing stays undecided, and what is on is cleared, or lapses. */
  private async finish(number: number): Promise<void> {
    const [admin] = this.cast.admins;
    if (this.drillId) await this.ask(admin!, END_DRILL, { drillId: this.drillId });
    this.drillId = undefined;
    for (const { id: incidentId, state } of await this.here()) {
      if (state === 'UNVERIFIED')
        await this.ask(admin!, DISMISS, { incidentId, outcome: 'UNABLE_TO_VERIFY' });
      if (state === 'ACTIVE' && number % 2 === 0) await this.ask(admin!, CLEAR, { incidentId });
      else if (state === 'ACTIVE') await this.lapse(incidentId, 'ACTIVE');
    }
    this.known.clear();
    this.authors.clear();
  }

  private async attempt({ deed, who, on, choice }: Act): Promise<void> {
    const people = who % ADVENTUROUS === 0 ? this.cast.everybody : this.fitting(deed, who);
    const here = (await this.here()).reverse();
    const ready = here.filter(
      ({ state, proposal }) =>
        READY[deed]?.includes(state) && (!['APPROVE', 'REJECT'].includes(deed) || proposal),
    );
    // Of those that are merged, most often what families were told of.
    const alerted = ready.filter(({ state }) => deed === 'MERGE' && state === 'ACTIVE');
    const fit = alerted.length > 1 ? alerted : ready;
    const among = on % ADVENTUROUS === 0 || fit.length === 0 ? here : fit;
    await this.deeds[deed]({
      who: pick(people, Math.floor(who / ADVENTUROUS))!,
      on: pick(among, Math.floor(on / ADVENTUROUS)),
      choose: chooser(choice),
    });
  }

  /** Who may, most often; of those who reported, many try to decide as well. */
  private fitting(deed: Deed, who: number): Person[] {
    const { everybody, dispatchers, admins } = this.cast;
    if (deed === 'RESUME') return admins;
    if (deed === 'FILE') return [...dispatchers, ...everybody];
    const involved = dispatchers.filter(({ id }) => this.authors.has(id));
    return who % 2 === 0 && involved.length > 0 ? involved : dispatchers;
  }

  private readonly deeds: Record<Deed, (attempt: Attempt) => Promise<unknown>> = {
    FILE: (attempt) => this.file(attempt),
    VERIFY: ({ who, on, choose }) =>
      this.ask(who, VERIFY, {
        incidentId: on?.id,
        radiusMeters: RADII[choose(RADII.length)],
        expiresInMinutes: LASTING[choose(LASTING.length)],
      }),
    APPROVE: ({ who, on }) => this.ask(who, APPROVE, aboutProposal(on)),
    REJECT: ({ who, on }) => this.ask(who, REJECT, aboutProposal(on)),
    RECORD: ({ who, on }) => this.ask(who, RECORD, { incidentId: on?.id }),
    DISMISS: ({ who, on, choose }) =>
      this.ask(who, DISMISS, { incidentId: on?.id, outcome: OUTCOMES[choose(3)] }),
    UPDATE: ({ who, on, choose }) =>
      this.ask(who, UPDATE, { incidentId: on?.id, change: CHANGES[choose(CHANGES.length)] }),
    CLEAR: ({ who, on }) => this.ask(who, CLEAR, { incidentId: on?.id }),
    RETRACT: ({ who, on }) => this.ask(who, RETRACT, { incidentId: on?.id }),
    MERGE: (attempt) => this.merge(attempt),
    SPLIT: (attempt) => this.split(attempt),
    WAIT: ({ choose }) => (choose(2) === 0 ? this.told() : this.families.move(choose)),
    STRIKE: async ({ on }) => on && this.lapse(on.id, on.state),
    PAUSE: async ({ who, choose }) => choose(4) === 0 && this.ask(who, PAUSE),
    RESUME: ({ who }) => this.ask(who, RESUME),
    START_DRILL: async ({ who, choose }) => {
      if (this.drillId) return;
      const { schoolId } = pick(this.spots, choose(2))!;
      const started = await this.ask(who, START_DRILL, { schoolId, minutes: 60 });
      this.drillId = started?.startDrill.id;
    },
    END_DRILL: async ({ who }) => {
      const drillId = this.drillId;
      if (drillId && (await this.ask(who, END_DRILL, { drillId }))) this.drillId = undefined;
    },
    STAFF: ({ choose }) => this.families.move(choose),
  };

  private async file({ who, choose }: Attempt): Promise<void> {
    // Most often where nothing was reported last.
    if (choose(3) > 0) this.reported += 1;
    const { latitude, longitude } = pick(this.spots, this.reported)!;
    const ago = MINUTES_AGO[choose(MINUTES_AGO.length)]! * 60_000;
    const filed = await this.ask(who, FILE_REPORT, {
      ...reportInput({
        location: { latitude, longitude },
        observedAt: new Date(Date.now() - ago).toISOString(),
        activity: ACTIVITIES[choose(ACTIVITIES.length)],
        vantage: choose(5) === 0 ? 'RELAYED' : 'FIRSTHAND',
        drill: choose(this.drillId ? 2 : 12) === 0,
      }),
    });
    if (!filed) return;
    this.authors.add(who.id);
    this.knows(filed.fileReport.incidentId);
  }

  /** Most often with one that may take it in, here or in another lane. */
  private async merge({ who, on, choose }: Attempt): Promise<void> {
    const among = choose(2) === 0 ? this.everywhere : this.known;
    const into = await this.rows<{ id: string }>(
      `SELECT id FROM incident WHERE id = ANY($1) AND id <> $2 AND ($4 OR state = ANY($3))
       ORDER BY opened_at DESC, id LIMIT 12`,
      [[...among], on?.id, TAKES[on?.state ?? ''] ?? [], choose(ADVENTUROUS) === 0],
    );
    await this.ask(who, MERGE, { fromId: on?.id, intoId: pick(into, choose(12))?.id });
  }

  private async split({ who, on, choose }: Attempt): Promise<void> {
    if (!on) return;
    const [reports, merges] = await Promise.all([
      this.rows<{ id: string }>(
        'SELECT report_id AS id FROM incident_sighting WHERE incident_id = $1 ORDER BY 1',
        [on.id],
      ),
      this.rows<{ ids: string[] }>(
        'SELECT report_ids AS ids FROM incident_merge WHERE into_id = $1 AND undone_at IS NULL',
        [on.id],
      ),
    ]);
    const some = reports.map(({ id }) => id).filter((_, index) => choose(2) === 0 && index < 6);
    const merged = choose(4) > 0 ? pick(merges, choose(5))?.ids : undefined;
    const apart = await this.ask(who, SPLIT, { incidentId: on.id, reportIds: merged ?? some });
    if (apart) this.knows(apart.splitIncident.id);
  }

  /** Lets the clock's time come. */
  private async lapse(id: string, state: string): Promise<void> {
    await this.rows(
      state === 'ACTIVE'
        ? `UPDATE incident SET expires_at = now() WHERE id = $1 AND state = 'ACTIVE'`
        : 'UPDATE incident_proposal SET lapses_at = now() WHERE incident_id = $1',
      [id],
    );
    await this.service.service.app.get(IncidentClock).strike(id);
  }

  /** Waits a while for what is on its way; a pause holds it up. */
  private async told(): Promise<void> {
    for (let looks = 0; looks < 40; looks++) {
      const [row] = await this.rows<{ owed: boolean }>(
        `SELECT EXISTS (SELECT FROM delivery WHERE incident_id = ANY($1)
           AND completed_at IS NULL AND closed_at IS NULL) AS owed`,
        [[...this.known]],
      );
      if (!row!.owed) return;
      await new Promise((look) => setTimeout(look, 25));
    }
  }

  private knows(id: string): void {
    this.known.add(id);
    this.everywhere.add(id);
  }

  private here(): Promise<Here[]> {
    return this.rows<Here>(
      `SELECT incident.id, state, proposal.id AS proposal FROM incident
         LEFT JOIN incident_proposal proposal ON proposal.incident_id = incident.id
       WHERE incident.id = ANY($1) ORDER BY opened_at, incident.id`,
      [[...this.known]],
    );
  }

  private rows = <T>(text: string, values: unknown[]): Promise<T[]> =>
    this.service.database.query<T>(text, values);

  /** @returns undefined when it is refused. @throws when the service fails. */
  private async ask(who: Person, operation: string, input?: object) {
    const answer = await send(this.service.url, operation, input && { input }, who.token);
    const code = answer.errors?.[0]?.extensions.code;
    if (code && !REFUSALS.has(code)) throw new Error(JSON.stringify(answer.errors));
    return code ? undefined : answer.data!;
  }
}

const REFUSALS = new Set(['FORBIDDEN', 'CONFLICT', 'BAD_USER_INPUT', 'NOT_FOUND', 'RATE_LIMITED']);

const aboutProposal = (on: Here | undefined) => ({
  incidentId: on?.id,
  proposalId: on?.proposal ?? on?.id,
});
