import type { ExportRow } from './export-row.js';

/** An incident in Kissimmee of which nothing was recorded afterwards. */
export const exportRow = (change: Partial<ExportRow> = {}): ExportRow => ({
  ...{
    id: '5e0f1c52-6f62-4c55-9a3e-0a6f3a6a7a01',
    synthetic: false,
    outcome: 'CLEARED',
    mergedInto: null,
  },
  ...{ day: '2026-03-02', firstObservedAt: new Date('2026-03-02T13:00:00Z') },
  ...{ lastObservedAt: new Date('2026-03-02T13:20:00Z') },
  ...{ openedAt: new Date('2026-03-02T13:01:00Z'), verifiedAt: new Date('2026-03-02T13:04:30Z') },
  ...{ correctedAt: new Date('2026-03-02T14:00:00Z'), reports: 2, state: 'FL' },
  ...{ districtId: '1201470', districtName: 'Osceola', schoolId: '120147001507' },
  ...{ schoolName: 'Celebration High School', latitude: 28.29194, longitude: -81.4076 },
  ...{ activity: 'VEHICLE_STOP', agency: 'ICE', agents: 3, vehicles: null },
  ...{ policies: [], departures: [], details: {} },
  ...change,
});

/** As a reader hands them out: batch by batch. */
export async function* batchesOf(rows: readonly ExportRow[], size = 2) {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

/** Everything a writer wrote. */
export async function written(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of bytes) all.push(chunk);
  return Buffer.concat(all);
}
