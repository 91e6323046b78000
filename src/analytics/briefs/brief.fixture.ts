import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { ActivityName } from '../../alerts/notice.js';
import { titleCase } from '../../schools/title-case.js';
import { outlinesOf } from '../../schools/outline.js';
import { exportRow } from '../exports/export-row.fixture.js';
import type { ExportRow } from '../exports/export-row.js';
import type { Brief } from './brief.js';
import { BriefCount } from './brief-figures.js';
import { readBriefQuery, type BriefLocale } from './brief-period.js';

const DISTRICT = '1201470';
const TODAY = '2026-07-15';
const { period } = readBriefQuery({}, TODAY);

/** The real schools of Osceola County, from the shipped slice. */
export function realGround(): Brief['ground'] {
  const table = readFileSync('data/schools/osceola_orange_FL.csv', 'utf8');
  const rows = parse(table, { columns: true, relax_quotes: true }) as Record<string, string>[];
  const schools = rows
    .filter(({ LEAID }) => LEAID === DISTRICT)
    .map(({ NCESSCH, NAME, LAT, LON }) => ({
      ...{ id: NCESSCH!, name: titleCase(NAME!), latitude: Number(LAT), longitude: Number(LON) },
    }));
  const file = readFileSync('data/districts/outlines_FL.geojson', 'utf8');
  const { outlines } = outlinesOf(JSON.parse(file))!;
  const { outline } = outlines.find(({ districtId }) => districtId === DISTRICT)!;
  return { outline: { outline, source: 'US Census Bureau, TIGER 2012' }, schools };
}

const POLICY = {
  ...{ version: 1, districtId: DISTRICT, sourceSha256: 'ab'.repeat(32) },
  sourceUrl: 'https://board.example.org/policies/5.30-access-to-campus.pdf',
};

const said = (value: string) => ({
  ...{ value, source: 'SCHOOL_STATEMENT' as const, certainty: 'CONFIRMED' as const },
});

/** So many incidents over the year, at the schools, each a little different; always the same. */
export function someIncidents(count: number, ground: Brief['ground']): ExportRow[] {
  const kinds: ActivityName[] = ['PRESENCE', 'VEHICLE_STOP', 'STAGING', 'CAMPUS_ENTRY_SOUGHT'];
  return Array.from({ length: count }, (_, n) => {
    const school = ground.schools[(n * n * 7 + 3 * n) % Math.min(37, ground.schools.length)]!;
    const month = period.months[(n * 5 + ((n * n) % 4)) % 12]!;
    const openedAt = new Date(`${month}-10T13:00:00Z`);
    return exportRow({
      ...{ openedAt, day: `${month}-10`, schoolId: school.id, schoolName: school.name },
      latitude: school.latitude + ((n % 5) - 2) / 400,
      longitude: school.longitude + ((n % 3) - 1) / 400,
      verifiedAt: new Date(openedAt.getTime() + (1 + ((n * 13) % 37)) * 45_000),
      ...{ activity: kinds[(n * n) % 4]!, agency: n % 3 === 0 ? 'CBP' : 'ICE' },
      ...(n % 6 === 0 && {
        departures: [
          { rule: 'FAMILIES_NOT_TOLD', certainty: n % 4 === 0 ? 'CONFIRMED' : 'ALLEGED' },
        ],
        details: { studentsAffected: said('FROM_11_TO_50'), anybodyDetained: said('YES') },
      }),
      ...(n % 17 === 0 && { outcome: 'RETRACTED' as const }),
    });
  });
}

/** A brief of Osceola County with so many incidents. */
export function someBrief(count: number, locale: BriefLocale = 'en', change = {}): Brief {
  const ground = realGround();
  const counting = new BriefCount(period);
  for (const row of someIncidents(count, ground)) counting.add(row);
  return {
    ...{ id: '5e0f1c52-6f62-4c55-9a3e-0a6f3a6a7a01', locale, period, ground, madeOn: TODAY },
    district: { id: DISTRICT, name: 'Osceola County School District', state: 'FL' },
    policies: [
      {
        ...POLICY,
        id: 'a',
        kind: 'JUDICIAL_WARRANT_RULE',
        effectiveFrom: '2024-08-01',
        effectiveUntil: null,
      },
      {
        ...POLICY,
        id: 'b',
        kind: 'FAMILY_NOTIFICATION_RULE',
        effectiveFrom: '2025-01-01',
        effectiveUntil: '2026-05-31',
      },
    ],
    figures: counting.figures,
    ledger: { size: 12_345, head: 'cd'.repeat(32) },
    address: 'https://alerts.example.org',
    ...change,
  } as Brief;
}
