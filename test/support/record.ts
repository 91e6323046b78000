import type { Household, Neighborhood } from './neighborhood.js';
import type { TestDatabase } from './test-database.js';
import { brokenThreads } from './threads.js';

/** Somebody of a network, as whoever brought them in knows them. */
export interface Member {
  id: string;
  organization: string;
  /** Null: the first admin. */
  invitedBy: string | null;
  invitedByAdmin: boolean;
}

export interface Message {
  id: string;
  incident: string;
  kind: 'ALERT' | 'UPDATE' | 'ALL_CLEAR' | 'RETRACTION';
  status: 'Actual' | 'Exercise';
  joined: string[];
  district: string;
  radius: number;
  at: number;
  closed: boolean;
  drill: boolean;
}

export interface Entry {
  kind: string;
  subject: string;
  actor: string;
  facts: Record<string, any>;
}

const MESSAGES = `SELECT alert.id, alert.incident_id AS incident, alert.kind, alert.status, alert.joined,
    alert.district_id AS district, alert.radius_meters AS radius, delivery.ordinal,
    delivery.closed_at IS NOT NULL AS closed, incident.drill_id IS NOT NULL AS drill,
    -- The order of the decisions.
    row_number() OVER (ORDER BY entry.seq)::int AS at
  FROM alert JOIN delivery USING (id) JOIN incident ON incident.id = alert.incident_id
    LEFT JOIN ledger_entry entry ON entry.subject = alert.incident_id
      AND convert_from(entry.body, 'UTF8')::jsonb -> 'facts' ->> 'alertId' = alert.id::text
  ORDER BY at`;
const ENTRIES = `SELECT convert_from(body, 'UTF8')::jsonb AS entry FROM ledger_entry ORDER BY seq`;
const TELLS: Record<string, Message['kind']> = {
  'incident.verified': 'ALERT',
  'incident.corroborated': 'ALERT',
  'incident.updated': 'UPDATE',
  'incident.cleared': 'ALL_CLEAR',
  'incident.retracted': 'RETRACTION',
};

/**
 * What a network did, read afterwards from the ledger, the rows of its messages and what phones got,
 * and held against the promises. Nothing of how the service decides is used.
 */
export class NetworkRecord {
  readonly problems: string[] = [];
  private readonly members: Map<string, Member>;

  private constructor(
    readonly messages: readonly Message[],
    private readonly entries: readonly Entry[],
    private readonly owed: ReadonlyMap<string, ReadonlySet<string>>,
    members: readonly Member[],
    private readonly hood: Neighborhood,
  ) {
    this.members = new Map(members.map((member) => [member.id, member]));
  }

  static async read(
    { query }: TestDatabase,
    members: readonly Member[],
    hood: Neighborhood,
  ): Promise<NetworkRecord> {
    const entries = await query<{ entry: Entry }>(ENTRIES);
    const audiences = await query<{ id: string; devices: string[] }>(
      `SELECT delivery_id AS id, array_agg(device) AS devices
       FROM delivery_batch, unnest(pending || told || unsure || gone || failed) device
       GROUP BY delivery_id`,
    );
    const owed = new Map(audiences.map(({ id, devices }) => [id, new Set(devices)]));
    const ledger = entries.map(({ entry }) => entry);
    return new NetworkRecord(await query<Message>(MESSAGES), ledger, owed, members, hood);
  }

  /** How often each kind of decision was taken, of drills and not. */
  tally(): Record<string, number> {
    const tally: Record<string, number> = {};
    for (const { kind, facts } of this.entries) {
      const name = `${kind}${facts.from ? ` ${facts.from}` : ''}${facts.drillId ? ' (drill)' : ''}`;
      tally[name] = (tally[name] ?? 0) + 1;
    }
    return tally;
  }

  /** @returns everything that broke a promise; nothing, when they were kept. */
  broken(): string[] {
    this.decisions();
    this.problems.push(...brokenThreads(this.messages, this.entries));
    for (const { id, status, drill } of this.messages)
      this.must(status === (drill ? 'Exercise' : 'Actual'), `${id} is ${status}, drill: ${drill}`);
    for (const household of this.hood.all) this.heard(household);
    return this.problems;
  }

  private must(holds: boolean, what: string): void {
    if (!holds) this.problems.push(what);
  }

  /** The ledger, played again: who had written what when somebody decided. */
  private decisions(): void {
    const authors = new Map<string, string>();
    const holds = new Map<string, Set<string>>();
    const of = (id: string) => holds.get(id) ?? holds.set(id, new Set()).get(id)!;
    const spoken = new Set<string>();
    const messages = new Map(this.messages.map((message) => [message.id, message]));
    for (const { kind, subject, actor, facts } of this.entries) {
      if (kind === 'report.filed') {
        authors.set(facts.reportId, actor);
        of(subject).add(facts.reportId);
      }
      const to = kind === 'incident.split' ? facts.alone : kind === 'incident.merged' && facts.into;
      for (const id of to ? facts.reportIds : []) {
        this.must(of(subject).delete(id), `${id} was moved from where it was not`);
        of(to).add(id);
      }
      const message = messages.get(facts.alertId);
      this.must(
        message?.kind === TELLS[kind] && Boolean(message) === Boolean(facts.alertId),
        `${kind} of ${subject} told ${message?.kind}`,
      );
      if (!message) continue;
      this.must(!spoken.has(message.id), `${message.id} stands in the ledger twice`);
      spoken.add(message.id);
      this.must(message.incident === subject, `${message.id} is of another incident`);
      const wrote = new Set([...of(subject)].map((id) => authors.get(id)!));
      if (!message.drill) this.people({ kind, subject, actor, facts }, message, wrote, authors);
    }
    this.must(spoken.size === this.messages.length, 'messages that no decision explains');
  }

  private people(
    { kind, subject, actor, facts }: Entry,
    message: Message,
    wrote: ReadonlySet<string>,
    authors: ReadonlyMap<string, string>,
  ): void {
    if (kind === 'incident.corroborated')
      return this.independent(
        subject,
        (facts.reportIds as string[]).map((id) => authors.get(id)!),
      );
    if (message.kind === 'ALERT') {
      const deciders = new Set([actor, ...(facts.proposedBy ? [facts.proposedBy as string] : [])]);
      const needed = message.radius > 3_000 ? 2 : 1;
      this.must(deciders.size >= needed, `${subject}: a wide alert by ${actor} alone`);
      this.must(wrote.size >= 1, `${subject}: an alert of no report`);
      for (const id of deciders) this.must(!wrote.has(id), `${subject}: an alert by its author`);
    }
    if (message.kind === 'UPDATE')
      this.must(!wrote.has(actor), `${subject}: an update by its author`);
  }

  private independent(subject: string, people: readonly string[]): void {
    this.must(people.length >= 2, `${subject}: corroborated by ${people.length}`);
    for (const [index, one] of people.entries())
      for (const other of people.slice(index + 1)) {
        const [a, b] = [this.members.get(one)!, this.members.get(other)!];
        const [above, aboveOther] = [this.above(a), this.above(b)];
        const common = [...above.keys()].filter((id) => aboveOther.has(id));
        this.must(
          one !== other &&
            a.organization !== b.organization &&
            !above.has(other) &&
            !aboveOther.has(one) &&
            common.every((id) => above.get(id) && aboveOther.get(id)),
          `${subject}: corroborated by people who are not independent`,
        );
      }
  }

  /** Everybody above somebody; true: they invited as an admin. */
  private above(member: Member): Map<string, boolean> {
    const chain = new Map<string, boolean>();
    for (let below = member; below.invitedBy; below = this.members.get(below.invitedBy)!)
      chain.set(below.invitedBy, below.invitedByAdmin);
    return chain;
  }

  private heard(household: Household): void {
    const { name, device } = household;
    const known = new Map(this.messages.map((message) => [message.id, message]));
    const got = new Set<string>();
    for (const { json } of device.received) {
      const message = known.get(json.id as string);
      this.must(message !== undefined, `${name} got what was never issued`);
      this.must(!got.has(json.id as string), `${name} got ${message?.kind} ${json.id} twice`);
      got.add(json.id as string);
      this.must(json.status === message?.status, `${name} got ${json.id} marked ${json.status}`);
      this.must(
        !message?.drill || this.hood.hasPractised(household),
        `${name} got ${json.id} of a drill`,
      );
    }
    for (const message of this.messages) this.told(household, message, got);
  }

  /** Whether one message came to whom it had to, and not to anybody else. */
  private told(household: Household, message: Message, got: ReadonlySet<string>): void {
    const { name, districts, drills, left, id: device } = household;
    const { id, kind, incident, joined, district, at } = message;
    const has = got.has(id);
    const what = `${kind} ${id} of ${incident}${message.drill ? ' (drill)' : ''}`;
    const since = this.messages.filter((one) => one.at > at && speaksFor(one, incident));
    const later = since.some((one) => got.has(one.id));
    if (kind === 'ALERT') {
      const follows = districts?.includes(district) && (drills || !message.drill);
      // Over, or overtaken by an update, before its turn came.
      const overtaken = message.closed && (later || since.some((one) => isEnd(one)));
      this.must(!follows || has || overtaken, `${name} follows ${district}, missed ${what}`);
      this.must(!has || districts?.length !== 0, `${name} got ${what}`);
      return;
    }
    const threads = new Set([incident, ...joined]);
    const earlier = this.messages.filter((one) => threads.has(one.incident) && one.at < at);
    const before = earlier.some((one) => got.has(one.id));
    this.must(!before || has || left || (message.closed && later), `${name} missed ${what}`);
    const owed = kind === 'UPDATE' && earlier.some((one) => this.owed.get(one.id)?.has(device));
    this.must(!has || before || owed, `${name} was told nothing before, and got ${what}`);
  }
}

const speaksFor = ({ incident, joined }: Message, id: string): boolean =>
  incident === id || joined.includes(id);
const isEnd = ({ kind }: Message): boolean => kind === 'ALL_CLEAR' || kind === 'RETRACTION';
