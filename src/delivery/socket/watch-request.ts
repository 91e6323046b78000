import { BadInput } from '../../platform/errors.js';
import type { AreaFields } from '../../subscriptions/area.js';

/** `watch` as a family's socket sends it; `areas` may be left out by a subscriber. */
export interface WatchRequest {
  areas?: AreaFields[];
  /** Replay what came after this moment. */
  since?: Date;
  locale?: string;
  /** Incidents this device was told of before: it hears how they end, whatever it follows now. */
  incidents: string[];
  /** Hear of drills too; absent: as the subscription says. */
  drills?: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_INCIDENTS = 50;

/** @throws BadInput naming the field. */
export function parseWatch(input: unknown): WatchRequest {
  if (!isRecord(input)) throw wrong('watch', 'must be an object: { areas, since?, locale? }');
  return {
    ...(input.areas != null && { areas: parseAreaList(input.areas) }),
    ...(input.since != null && { since: parseSince(input.since) }),
    ...(input.locale != null && { locale: parseLocale(input.locale) }),
    ...(input.drills != null && { drills: parseFlag(input.drills) }),
    incidents: input.incidents == null ? [] : parseIncidents(input.incidents),
  };
}

function parseAreaList(value: unknown): AreaFields[] {
  if (!Array.isArray(value)) throw wrong('areas', 'must be a list');
  return value.map((area, index) => {
    if (!isRecord(area)) throw wrong(`areas.${index}`, 'must be an object');
    const { schoolId, districtId, cell } = area;
    return {
      ...(schoolId != null && { schoolId: text(schoolId) }),
      ...(districtId != null && { districtId: text(districtId) }),
      ...(cell != null && { cell: parseCell(cell, index) }),
    };
  });
}

function parseCell(cell: unknown, index: number) {
  if (!isRecord(cell)) throw wrong(`areas.${index}.cell`, 'must be { h3, radiusKm }');
  return {
    h3: text(cell.h3),
    radiusKm: typeof cell.radiusKm === 'number' ? cell.radiusKm : NaN,
  };
}

function parseSince(value: unknown): Date {
  const date = typeof value === 'string' ? new Date(value) : new Date(NaN);
  if (Number.isNaN(date.getTime()))
    throw wrong('since', 'must be a time, such as the `sent` of the last alert received');
  return date;
}

function parseLocale(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9-]{2,35}$/.test(value)) return value;
  throw wrong('locale', 'must be a BCP 47 language tag, such as es or en-US');
}

function parseFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong('drills', 'must be true or false');
}

function parseIncidents(value: unknown): string[] {
  const ids = Array.isArray(value) && value.length <= MAX_INCIDENTS ? (value as unknown[]) : [null];
  if (ids.every((id) => typeof id === 'string' && UUID.test(id)))
    return (ids as string[]).map((id) => id.toLowerCase());
  throw wrong('incidents', `must be at most ${MAX_INCIDENTS} ids of incidents`);
}

/** Anything but text is no id; the check that follows names the field. */
const text = (value: unknown) => (typeof value === 'string' ? value : '');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (field: string, message: string) => new BadInput({ field, message });
