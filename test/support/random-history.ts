import { randomUUID } from 'node:crypto';
import { cellNumber } from '../../src/incidents/review/cells.js';
import type { Details } from '../../src/incidents/advocacy/detail-fields.js';
import {
  AUTHORITIES_SHOWN,
  CERTAINTIES,
  ENTRY_OUTCOMES,
} from '../../src/incidents/advocacy/vocabulary.js';
import { DISMISSALS, INCIDENT_STATES } from '../../src/incidents/incident-lifecycle.js';
import { ACTIVITIES, AGENCIES } from '../../src/alerts/notice.js';
import { POLICY_KINDS, type PolicyKindName } from '../../src/schools/policy.js';
import { timeZoneAt } from '../../src/alerts/time-zone.js';
import { seeded } from './seeded.js';
import type { TestDatabase } from './test-database.js';

export interface HeldSchool {
  id: string;
  districtId: string;
  state: string;
  level: string | null;
  latitude: number;
  longitude: number;
}

export interface HeldPolicy {
  id: string;
  districtId: string;
  kind: PolicyKindName;
  from: string;
  until: string | null;
}

/** What is known of an incident by whoever made it up. */
export interface HeldIncident {
  id: string;
  school: HeldSchool;
  state: (typeof INCIDENT_STATES)[number];
  dismissal: string | null;
  activity: string;
  agency: string;
  latitude: number;
  longitude: number;
  observedAt: Date;
  openedAt: Date;
  drill: boolean;
  synthetic: boolean;
  details: Details;
  notes: string[];
}

export const NOTE_WORDS = ['camioneta', 'gate', 'principal', 'María', 'letter', 'blue'];
const FAR: HeldSchool[] = [
  {
    ...{ id: '020018000001', districtId: '0200180', state: 'AK', level: 'High' },
    ...{ latitude: 61.2, longitude: -149.9 },
  },
  {
    ...{ id: '480000000001', districtId: '4800000', state: 'TX', level: null },
    ...{ latitude: 31.76, longitude: -106.48 },
  },
];

/** A history that nobody would believe, in the tables and in memory: the same for the same seed. */
export class RandomHistory {
  readonly incidents: HeldIncident[] = [];
  readonly policies: HeldPolicy[] = [];
  readonly random: () => number;

  constructor(
    private readonly database: TestDatabase,
    private readonly author: string,
    private readonly tokens: (text: string) => string[],
    seed: number,
  ) {
    this.random = seeded(seed);
  }

  pick = <T>(of: readonly T[]): T => of[Math.floor(this.random() * of.length)]!;
  some = <T>(of: readonly T[]): T[] => of.filter(() => this.random() < 0.3);
  chance = (of: number): boolean => this.random() < of;

  async schools(): Promise<HeldSchool[]> {
    for (const { id, districtId, state, level, latitude, longitude } of FAR) {
      await this.database.query(`INSERT INTO district VALUES ($1, $1, $2)`, [districtId, state]);
      await this.database.query(
        `INSERT INTO school (id, name, street, city, state, zip, county, level, latitude, longitude,
           open, district_id, words) VALUES ($1, $1, '', '', $2, '', '', $3, $4, $5, true, $6, '{}')`,
        [id, state, level, latitude, longitude, districtId],
      );
    }
    const near = await this.database.query<HeldSchool>(
      `SELECT id, district_id AS "districtId", state, level, latitude, longitude FROM school
       WHERE state = 'FL' ORDER BY id LIMIT 40`,
    );
    return [...near, ...FAR];
  }

  async policy(schools: HeldSchool[]): Promise<void> {
    const from = this.day();
    const until = this.chance(0.5) ? this.day() : null;
    const policy: HeldPolicy = {
      ...{ id: randomUUID(), districtId: this.pick(schools).districtId, from },
      ...{ kind: this.pick(POLICY_KINDS), until: until && until < from ? null : until },
    };
    const { id, districtId, kind } = policy;
    const added = await this.database
      .query(
        `INSERT INTO district_policy VALUES ($1, 1, $2, $3, $4, $5, 'https://x.example',
           repeat('a', 64), now(), $6)`,
        [id, districtId, kind, policy.from, policy.until, this.author],
      )
      .catch(() => undefined);
    // Another of its kind holds on some of these days.
    if (added) this.policies.push(policy);
  }

  async withdraw(policy: HeldPolicy): Promise<void> {
    this.policies.splice(this.policies.indexOf(policy), 1);
    await this.database.query(
      `UPDATE district_policy SET withdrawn_at = now(), withdrawn_by = $2 WHERE id = $1`,
      [policy.id, this.author],
    );
  }

  private day(): string {
    return new Date(this.moment()).toISOString().slice(0, 10);
  }

  private moment(): number {
    return Date.UTC(2025, 0, 1) + Math.floor(this.random() * 400 * 24) * 3_600_000;
  }

  async incident(schools: HeldSchool[], drillId: string): Promise<void> {
    const school = this.pick(schools);
    const observedAt = new Date(this.moment());
    const incident: HeldIncident = {
      ...{ id: randomUUID(), school, observedAt, details: {}, notes: [] },
      ...this.state(),
      ...{ activity: this.pick(ACTIVITIES), agency: this.pick(AGENCIES) },
      latitude: school.latitude + (this.random() - 0.5) * 0.02,
      longitude: school.longitude + (this.random() - 0.5) * 0.02,
      openedAt: new Date(observedAt.getTime() + Math.floor(this.random() * 3) * 60_000),
      ...{ drill: this.chance(0.1), synthetic: this.chance(0.2) },
    };
    this.incidents.push(incident);
    const { id, activity, agency, latitude, longitude, openedAt } = incident;
    await this.database.query(
      `INSERT INTO incident (id, state, dismissal, school_id, district_id, latitude, longitude,
         activity, agency, reports, first_observed_at, last_observed_at, opened_at, drill_id,
         time_zone, cell, synthetic)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, $11, $12, $13, $14, $15)`,
      [
        ...[id, incident.state, incident.dismissal, school.id, school.districtId],
        ...[latitude, longitude, activity, agency, observedAt, openedAt],
        ...[incident.drill ? drillId : null, timeZoneAt(school.latitude, school.longitude)],
        ...[cellNumber(incident), incident.synthetic],
      ],
    );
  }

  private state(): Pick<HeldIncident, 'state' | 'dismissal'> {
    const state = this.pick(INCIDENT_STATES);
    return { state, dismissal: state === 'DISMISSED' ? this.pick(DISMISSALS) : null };
  }

  async decide(incident: HeldIncident): Promise<void> {
    Object.assign(incident, this.state());
    await this.database.query(`UPDATE incident SET state = $2, dismissal = $3 WHERE id = $1`, [
      ...[incident.id, incident.state, incident.dismissal],
    ]);
  }

  async detail(incident: HeldIncident): Promise<void> {
    const [field, value] = this.pick<[keyof Details, string | string[]]>([
      ['agencyConfirmed', this.pick(AGENCIES)],
      ['agencyClaimed', this.pick(AGENCIES)],
      ['authorityShown', [this.pick(AUTHORITIES_SHOWN)]],
      ['entryOutcome', this.pick(ENTRY_OUTCOMES)],
      ['schoolSharedInformation', this.pick(['YES', 'NO'])],
      ['schoolPoliceSharedInformation', this.pick(['YES', 'NO'])],
      ['schoolPoliceAssisted', this.pick(['YES', 'NO'])],
      ['familiesNotified', this.pick(['YES', 'NO'])],
    ]);
    const certainty = this.pick(CERTAINTIES);
    Object.assign(incident.details, { [field]: { value, source: 'WITNESS', certainty } });
    await this.database.query(
      `WITH gone AS (UPDATE incident_detail SET superseded_at = now()
         WHERE incident_id = $1 AND field = $2 AND superseded_at IS NULL)
       SELECT`,
      [incident.id, field],
    );
    await this.database.query(
      `INSERT INTO incident_detail
       SELECT $1, COALESCE(max(revision), 0) + 1, $2, $3, 'WITNESS', $4, $5, now()
       FROM incident_detail WHERE incident_id = $1`,
      [incident.id, field, JSON.stringify(value), certainty, this.author],
    );
  }

  async note(incident: HeldIncident): Promise<void> {
    const text = this.some(NOTE_WORDS).join(' ') || 'nothing';
    incident.notes.push(text);
    await this.database.query(
      `INSERT INTO incident_note VALUES (gen_random_uuid(), $1, $2, now(), '\\x00', 'k', $3)`,
      [incident.id, this.author, this.tokens(text)],
    );
  }
}
