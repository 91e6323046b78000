import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/database.js';
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

/** A light row for every recent message; `whole` is there where it is live. */
type LightRow = AlertRow & { whole: AlertRow | null };

/** What is joined, by alias and column. */
interface JoinedRow {
  school_state: string;
  district_name: string;
  [column: string]: unknown;
}

const SCHOOL_COLUMNS = {
  ...{ id: 'id', name: 'name', street: 'street', city: 'city', state: 'state', zip: 'zip' },
  ...{ county: 'county', level: 'level', latitude: 'latitude', longitude: 'longitude' },
  districtId: 'district_id',
} as const;

@Injectable()
export class SnapshotStore {
  /** One statement. */
  async read(tx: Transaction, now: Date): Promise<Snapshot> {
    const since = new Date(now.getTime() - WINDOW_HOURS * 3_600_000);
    const { entities, raw } = await tx
      .createQueryBuilder(AlertRow, 'light')
      .select(['light.id', 'light.incidentId', 'light.status', 'light.sent', 'light.expires'])
      .addSelect(['light.schoolId', 'light.districtId', 'light.supersededBy', 'light.regroupedAt'])
      .innerJoin('school', 'school', 'school.id = light.schoolId')
      .innerJoin('district', 'district', 'district.id = light.districtId')
      .addSelect(Object.keys(SCHOOL_COLUMNS).map((property) => `school.${property}`))
      .addSelect('district.name')
      .leftJoinAndMapOne(
        'light.whole',
        AlertRow,
        'whole',
        `whole.id = light.id AND whole.supersededBy IS NULL
         AND whole.kind IN ('ALERT', 'UPDATE') AND whole.expires > :now`,
        { now },
      )
      .addSelect('whole.payloads')
      .where('light.sent > :since', { since })
      .orderBy('light.sent', 'DESC')
      .addOrderBy('light.id', 'DESC')
      .limit(MAX_MESSAGES)
      .getRawAndEntities<JoinedRow>();
    return snapshotOf(entities as LightRow[], raw);
  }
}

/** @param joined of each row, in the same order. */
function snapshotOf(rows: LightRow[], joined: JoinedRow[]): Snapshot {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const recent = rows.map((row, index) => ({
    ...momentsOf(row),
    regroupedAt: row.regroupedAt,
    supersededBy: row.supersededBy,
    incidentId: row.incidentId,
    status: row.status,
    schoolId: row.schoolId,
    districtId: row.districtId,
    state: joined[index]!.school_state,
  }));
  const recentById = new Map(recent.map((message) => [message.id, message]));
  const threads = mergedThreads(rows, byId);
  const live = rows.flatMap(({ whole }, index) => {
    if (!whole) return [];
    const merged = (threads.get(whole.id) ?? []).map(({ id }) => recentById.get(id)!);
    return [{ ...liveAlert(whole, joined[index]!, byId), merged }];
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
  joined: JoinedRow,
  byId: Map<string, LightRow>,
): Omit<LiveAlert, 'merged'> {
  const columns = Object.entries(SCHOOL_COLUMNS).map(([property, column]) => [
    property,
    joined[`school_${column}`],
  ]);
  return {
    row,
    school: { ...Object.fromEntries(columns), distanceMeters: null } as SchoolRecord,
    district: { id: row.districtId, name: joined.district_name },
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
