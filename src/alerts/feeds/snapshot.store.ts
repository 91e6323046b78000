import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/database.js';
import { run, statement, type Statement } from '../../platform/statements.js';
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

/**
 * A light row for every recent message, with its school and district; of what is on and not known as it
 * is now, also the whole message.
 */
type LightRow = Omit<RecentMessage, 'state'> & {
  isLive: boolean;
  /** Which state of the message's row this is: any change makes another. */
  version: string;
  district_name: string;
} & Record<`school_${string}` | `whole_${string}`, unknown>;

const SCHOOL_COLUMNS = {
  ...{ id: 'id', name: 'name', street: 'street', city: 'city', state: 'state', zip: 'zip' },
  ...{ county: 'county', level: 'level', latitude: 'latitude', longitude: 'longitude' },
  districtId: 'district_id',
} as const;

const SCHOOL = Object.values(SCHOOL_COLUMNS).map(
  (column) => `school.${column} AS school_${column}`,
);

const IS_LIVE = `light.superseded_by IS NULL AND light.kind IN ('ALERT', 'UPDATE') AND light.expires > $2`;
const VERSION = `light.id || ' ' || light.xmin`;

/** A property of a whole message, and its column. */
type WholeColumn = [property: string, column: string];

/** All that is kept of a message but the words for whoever was told only of what was merged. */
function readingOf(tx: Transaction): { made: Statement; columns: WholeColumn[] } {
  const columns = tx
    .getRepository(AlertRow)
    .metadata.columns.filter(({ propertyName }) => propertyName !== 'threads')
    .map(({ propertyName, databaseName }): WholeColumn => [propertyName, databaseName]);
  return { made: readOf(columns), columns };
}

/** `$4`: the versions that are known. */
const readOf = (columns: WholeColumn[]) =>
  statement(
    `SELECT light.id, light.incident_id AS "incidentId", light.status, light.sent, light.expires,
       light.school_id AS "schoolId", light.district_id AS "districtId",
       light.superseded_by AS "supersededBy", light.regrouped_at AS "regroupedAt",
       ${IS_LIVE} AS "isLive", ${VERSION} AS version,
       district.name AS district_name, ${SCHOOL.join(', ')},
       ${columns.map(([, column]) => `whole."${column}" AS "whole_${column}"`).join(', ')}
     FROM "alert" "light" JOIN school ON school.id = light.school_id
       JOIN district ON district.id = light.district_id
       LEFT JOIN LATERAL (
         SELECT * FROM "alert" WHERE id =
           CASE WHEN ${IS_LIVE} AND ${VERSION} NOT IN (SELECT unnest($4::text[])) THEN light.id END
         -- One look-up each, whatever is known of $4 when this is planned.
         OFFSET 0) "whole" ON true
     WHERE light.sent > $1 ORDER BY light.sent DESC, light.id DESC LIMIT $3`,
  );

@Injectable()
export class SnapshotStore {
  /** What is on, by version: read again, with its words in twelve languages, only where it changed. */
  private known: ReadonlyMap<string, AlertRow> = new Map();
  private reading: ReturnType<typeof readingOf> | undefined;

  async read(tx: Transaction, now: Date): Promise<Snapshot> {
    const since = new Date(now.getTime() - WINDOW_HOURS * 3_600_000);
    const { known } = this;
    const { made, columns } = (this.reading ??= readingOf(tx));
    const rows = await run<LightRow>(tx, made, [since, now, MAX_MESSAGES, [...known.keys()]]);
    const whole = new Map(
      rows
        .filter(({ isLive }) => isLive)
        .map((light) => [light.version, known.get(light.version) ?? wholeOf(light, columns)]),
    );
    this.known = whole;
    return snapshotOf(rows, whole);
  }
}

const wholeOf = (light: LightRow, columns: WholeColumn[]): AlertRow =>
  Object.fromEntries(
    columns.map(([property, column]) => [property, light[`whole_${column}`]]),
  ) as unknown as AlertRow;

function snapshotOf(rows: LightRow[], whole: ReadonlyMap<string, AlertRow>): Snapshot {
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
    const row = whole.get(light.version);
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
