import type { TestDatabase } from './test-database.js';

/** What is the same of some incidents. */
export interface OnDays {
  districtId: string;
  /** From this day through the other, one after another and round again, at noon by the clock there. */
  from: string;
  through: string;
  count: number;
  state?: string;
  synthetic?: boolean;
}

/** Writes incidents of a district, at its first school. */
export async function incidentsOn(database: TestDatabase, given: OnDays): Promise<string[]> {
  const { districtId, from, through, count, state = 'CLEARED', synthetic = false } = given;
  const rows = await database.query<{ id: string }>(
    `INSERT INTO incident (id, state, school_id, district_id, latitude, longitude, activity, agency,
       reports, first_observed_at, last_observed_at, opened_at, time_zone, synthetic)
     SELECT gen_random_uuid(), $1, school.id, school.district_id, school.latitude, school.longitude,
       'OTHER', 'ICE', 1, noon.at, noon.at, noon.at, 'America/New_York', $2
     FROM (SELECT * FROM school WHERE district_id = $3 ORDER BY id LIMIT 1) school,
       generate_series(0, $6::int - 1) AS n,
       LATERAL (SELECT ($4::date + n % ($5::date - $4::date + 1) + time '12:00')
         AT TIME ZONE 'America/New_York' AS at) AS noon
     RETURNING id`,
    [state, synthetic, districtId, from, through, count],
  );
  return rows.map(({ id }) => id);
}
