import { columnsFor } from './columns.js';
import { batchesOf, exportRow, written } from './export-row.fixture.js';
import { writeGeojson } from './geojson.js';
import { writeNdjson } from './ndjson.js';
import type { Writer } from './table.js';

const rows = [
  exportRow(),
  exportRow({ synthetic: true, schoolName: 'a\n"b"\u2028', policies: ['AGREEMENT_287G'] }),
  exportRow({ outcome: 'UNFOUNDED', verifiedAt: null }),
];
const text = async (write: Writer, role: 'ANALYST' | 'ADMIN' = 'ANALYST', some = rows) => {
  const table = { columns: columnsFor(role, false), rows: batchesOf(some), hxl: false };
  return (await written(write({ ...table, synthetic: true }))).toString();
};

describe('NDJSON', () => {
  it('is one object a line, with types and lists', async () => {
    const lines = (await text(writeNdjson)).trimEnd().split('\n');
    const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(all).toHaveLength(3);
    expect(all[0]).toMatchObject({ reports: 2, synthetic: false, vehicles_observed: null });
    expect(all[0]).toMatchObject({ policies_in_force: [], opened_at: '2026-03-02T13:01:00.000Z' });
    expect(all[1]).toMatchObject({ synthetic: true, policies_in_force: ['AGREEMENT_287G'] });
    expect(all[1]).toMatchObject({ school_name: 'a\n"b"\u2028' });
  });
});

describe('GeoJSON', () => {
  it('is a collection of points that says whether any of it is made up', async () => {
    const collection = JSON.parse(await text(writeGeojson)) as {
      synthetic: boolean;
      features: { geometry: { coordinates: number[] }; properties: Record<string, unknown> }[];
    };
    expect(collection).toMatchObject({ type: 'FeatureCollection', synthetic: true });
    expect(collection.features).toHaveLength(3);
    const [{ geometry, properties }] = collection.features as [(typeof collection.features)[0]];
    expect(geometry.coordinates).toEqual([properties.longitude, properties.latitude]);
    expect(geometry.coordinates).not.toEqual([-81.4076, 28.29194]);
  });

  it('gives admins the place itself', async () => {
    const { features } = JSON.parse(await text(writeGeojson, 'ADMIN'));
    expect(features[0].geometry.coordinates).toEqual([-81.4076, 28.29194]);
  });

  it('is whole when there is nothing', async () => {
    expect(JSON.parse(await text(writeGeojson, 'ANALYST', []))).toMatchObject({ features: [] });
  });
});
