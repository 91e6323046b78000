import { randomUUID } from 'node:crypto';
import type { Network } from '../support/network.js';

const ABOUT_DEGREES = 0.012;
const DAY_MS = 86_400_000;
/** As far back as a report may reach, with an hour to spare. */
const REACH_MS = 30 * DAY_MS - 3_600_000;

/** `FileReportInput`, of what happens to be filed: a place near a school, some time this month. */
export interface Filing {
  id: string;
  observedAt: string;
  location: { latitude: number; longitude: number; accuracyMeters: number };
  vantage: 'FIRSTHAND';
  activity: 'VEHICLE_STOP';
  size: { agents: number; vehicles: number };
  unit: { agency: 'ICE'; identifiedBy: string[] };
  equipment: string[];
  narrative: string;
}

interface Place {
  latitude: number;
  longitude: number;
}

/** The shipped schools once more in so many places, as far apart as the regions of a country. */
export const REGIONS = 20;
const ELSEWHERE = `INSERT INTO school
  SELECT (jsonb_populate_record(school, jsonb_build_object(
    'id', region || substr(school.id, 3),
    'latitude', latitude + region * 0.5, 'longitude', longitude - region * 1.5))).*
  FROM school, generate_series(13, 12 + $1::int - 1) AS region`;

/** Makes filings so far apart in place or time that each is about something else. */
export async function filingsNear({ pool }: Network): Promise<(count: number) => Filing[]> {
  await pool.query(ELSEWHERE, [REGIONS]);
  await pool.query('ANALYZE school');
  const { rows } = await pool.query('SELECT latitude, longitude FROM school WHERE open');
  const schools = rows as Place[];
  return (count) =>
    Array.from({ length: count }, () =>
      filing(schools[Math.floor(Math.random() * schools.length)]!),
    );
}

function filing(school: Place): Filing {
  const about = () => (Math.random() - 0.5) * 2 * ABOUT_DEGREES;
  return {
    id: randomUUID(),
    observedAt: new Date(Date.now() - Math.random() * REACH_MS).toISOString(),
    location: {
      latitude: school.latitude + about(),
      longitude: school.longitude + about(),
      accuracyMeters: 20,
    },
    vantage: 'FIRSTHAND',
    activity: 'VEHICLE_STOP',
    size: { agents: 3, vehicles: 2 },
    unit: { agency: 'ICE', identifiedBy: ['UNIFORM_TEXT'] },
    equipment: ['BODY_ARMOR'],
    narrative: 'Two unmarked cars beside the gate; they asked a parent for papers.',
  };
}
