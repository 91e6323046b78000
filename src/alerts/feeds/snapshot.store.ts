import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/database.js';
import { run, statement } from '../../platform/statements.js';
import type { SchoolRecord } from '../../schools/schools.service.js';
import { AlertRow } from '../alert.entity.js';
import type { EarlierMessage } from './published-alert.js';

/** As much of a message as tells that something changed. */
export interface RecentMessage extends EarlierMessage {
  /** When it last left what is on, or came back, without a message. */
  regroupedAt: Date | null;
  supersededBy: string | null;
  incidentId: string;
  status: AlertRow['status'];
  schoolId: string;
  districtId: string;
  state: string;
}

/** A message that is on until it expires, with what is told of its school. */
export interface LiveAlert {
  row: AlertRow;
  school: SchoolRecord;
  district: { id: string; name: string };
  /** Oldest first. */
  earlier: EarlierMessage[];
  /** Messages of incidents that were merged into its own, also since it was sent. */
  merged: RecentMessage[];
}

/** What there was to tell at one moment. Shared: nobody changes anything in it. */
export interface Snapshot {
  /** Of everything in it; the same in every process. */
  version: string;
  /** Every message of the last hours, drills too, newest first. */
  recent: RecentMessage[];
  /** Alerts and updates, drills too, that nothing has superseded, newest first. */
  live: LiveAlert[];
}

/** An alert lives for 4 hours, the ones it references another 4, and changes are told for 5. */
const WINDOW_HOURS = 10;
const MAX_MESSAGES = 10_000;

/** A light row for every recent message, with its school and district. */
type LightRow = Omit<RecentMessage, 'state'> & {
  isLive: boolean;
  /** Which state of the message's row this is: any change makes another. */
  version: string;
  district_name: string;
} & Record<`school_${string}`, unknown>;

const SCHOOL_COLUMNS = {
  ...{ id: 'id', name: 'name', street: 'street', city: 'city', state: 'state', zip: 'zip' },
  ...{ county: 'county', level: 'level', latitude: 'latitude', longitude: 'longitude' },
  districtId: 'district_id',
} as const;

const SCHOOL = Object.values(SCHOOL_COLUMNS).map(
  (column) => `school.${column} AS school_${column}`,
);

const LIGHT = statement(
  `SELECT light.id, light.incident_id AS "incidentId", light.status, light.sent, light.expires,
     light.school_id AS "schoolId", light.district_id AS "districtId",
     light.superseded_by AS "supersededBy", light.regrouped_at AS "regroupedAt",
     light.superseded_by IS NULL AND light.kind IN ('ALERT', 'UPDATE') AND light.expires > $2 AS "isLive",
     light.xmin::text AS version, district.name AS district_name, ${SCHOOL.join(', ')}
   FROM "alert" "light" JOIN school ON school.id = light.school_id
     JOIN district ON district.id = light.district_id
   WHERE light.sent > $1 ORDER BY light.sent DESC, light.id DESC LIMIT $3`,
);

/** A message with its words, and which state of its row it was read from. */
interface Whole {
  version: string;
  row: AlertRow;
}

@Injectable()
export class SnapshotStore {
  /** What is on, by id: read again, with its words in twelve languages, only where it changed. */
  private whole = new Map<string, Whole>();

  async read(tx: Transaction, now: Date): Promise<Snapshot> {
    const since = new Date(now.getTime() - WINDOW_HOURS * 3_600_000);
    const rows = await run<LightRow>(tx, LIGHT, [since, now, MAX_MESSAGES]);
    const known = this.whole;
    const live = rows.filter(({ isLive }) => isLive);
    const isKnown = ({ id, version }: LightRow) => known.get(id)?.version === version;
    const changed = live.filter((light) => !isKnown(light));
    const read = await this.readWhole(
      tx,
      changed.map(({ id }) => id),
    );
    const whole = new Map<string, Whole>();
    for (const light of live) {
      const found = isKnown(light) ? known.get(light.id) : read.get(light.id);
      if (found) whole.set(light.id, found);
    }
    this.whole = whole;
    return snapshotOf(rows, whole);
  }

  private async readWhole(tx: Transaction, ids: string[]): Promise<Map<string, Whole>> {
    if (ids.length === 0) return new Map();
    const { entities, raw } = await tx
      .createQueryBuilder(AlertRow, 'whole')
      .addSelect('whole.payloads')
      .addSelect('whole.xmin::text', 'version')
      .where('whole.id = ANY(:ids)', { ids })
      .getRawAndEntities<{ version: string }>();
    return new Map(
      entities.map((row, index) => [row.id, { row, version: raw[index]!.version }] as const),
    );
  }
}

function snapshotOf(rows: LightRow[], whole: ReadonlyMap<string, Whole>): Snapshot {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const recent = rows.map((row) => ({
    ...momentsOf(row),
    regroupedAt: row.regroupedAt,
    supersededBy: row.supersededBy,
    incidentId: row.incidentId,
    status: row.status,
    schoolId: row.schoolId,
    districtId: row.districtId,
    state: row.school_state as string,
  }));
  const recentById = new Map(recent.map((message) => [message.id, message]));
  const threads = mergedThreads(rows, byId);
  const live = rows.flatMap((light) => {
    const { row } = whole.get(light.id) ?? {};
    if (!row) return [];
    const merged = (threads.get(row.id) ?? []).map(({ id }) => recentById.get(id)!);
    return [{ ...liveAlert(row, light, byId), merged }];
  });
  const facts = [
    rows.map(({ id, supersededBy, regroupedAt }) => [id, supersededBy, regroupedAt]),
    live.map(({ school, district }) => [school, district]),
  ];
  const version = createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
  return { version, recent, live };
}

function liveAlert(
  row: AlertRow,
  light: LightRow,
  byId: Map<string, LightRow>,
): Omit<LiveAlert, 'merged'> {
  const columns = Object.entries(SCHOOL_COLUMNS).map(([property, column]) => [
    property,
    light[`school_${column}`],
  ]);
  return {
    row,
    school: { ...Object.fromEntries(columns), distanceMeters: null } as SchoolRecord,
    district: { id: row.districtId, name: light.district_name },
    earlier: row.references
      .map((id) => byId.get(id))
      .filter((one) => !!one)
      .map(momentsOf),
  };
}

/**
 * A message goes on in the one that superseded it, and so on to one that nothing has.
 * @returns by the id of that last one, the messages of other incidents that end in it.
 */
function mergedThreads(rows: LightRow[], byId: Map<string, LightRow>): Map<string, LightRow[]> {
  const threads = new Map<string, LightRow[]>();
  for (const row of rows) {
    let last = row;
    for (let next: LightRow | undefined = row; next; next = byId.get(next.supersededBy ?? ''))
      last = next;
    if (last.incidentId === row.incidentId) continue;
    threads.set(last.id, [...(threads.get(last.id) ?? []), row]);
  }
  return threads;
}

const momentsOf = ({ id, sent, expires }: LightRow): EarlierMessage => ({ id, sent, expires });
