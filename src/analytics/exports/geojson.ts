import { placeOf } from './export-place.js';
import { recordOf } from './ndjson.js';
import type { Writer } from './table.js';

/**
 * A FeatureCollection (RFC 7946). A point is the centre of the incident's cell, or the place itself
 * where the columns hold it.
 */
export const writeGeojson: Writer = async function* ({ columns, rows, synthetic }) {
  const exact = columns.some(({ name }) => name === 'exact_latitude');
  yield Buffer.from(`{"type":"FeatureCollection","synthetic":${synthetic},"features":[`);
  let comma = '';
  for await (const batch of rows) {
    const features = batch.map((row) => {
      const { latitude, longitude } = placeOf(row, exact);
      const geometry = { type: 'Point', coordinates: [longitude, latitude] };
      const properties = recordOf(columns, row);
      return JSON.stringify({ type: 'Feature', id: row.id, geometry, properties });
    });
    yield Buffer.from(comma + features.join(',\n'));
    comma = ',\n';
  }
  yield Buffer.from(']}\n');
};
