import { BadInput } from '../../platform/errors.js';
import { readExportQuery, type ExportFormat } from './export-request.js';

const ID = '5e0f1c52-6f62-4c55-9a3e-0a6f3a6a7a01';
const read = (query: Record<string, unknown>, format: ExportFormat = 'csv') =>
  readExportQuery(format, query);
const fields = (query: Record<string, unknown>, format: ExportFormat = 'csv') => {
  try {
    read(query, format);
  } catch (error) {
    return (error as BadInput).fields.map(({ field }) => field);
  }
  return [];
};

describe('what is asked of an export', () => {
  it('is everything, when nothing is said', () => {
    expect(read({})).toEqual({
      ...{ format: 'csv', filter: {}, viewId: undefined, hxl: false, releaseId: undefined },
    });
  });

  it('is a filter by its fields', () => {
    const query = {
      ...{ districtId: '1201470', agencies: 'ICE,CBP', policies: ['AGREEMENT_287G'] },
      ...{ since: '2026-01-01T00:00:00-05:00', departed: 'true', synthetic: 'false' },
      ...{ withinMeters: '500', box: '28,-82,29.5,-81', usStates: 'FL', text: 'gate' },
    };
    expect(read(query).filter).toEqual({
      ...{ districtId: '1201470', agencies: ['ICE', 'CBP'], policies: ['AGREEMENT_287G'] },
      ...{ since: new Date('2026-01-01T05:00:00Z'), departed: true, synthetic: false },
      ...{ withinMeters: 500, box: { south: 28, west: -82, north: 29.5, east: -81 } },
      ...{ usStates: ['FL'], text: 'gate' },
    });
  });

  it('is the same filter as JSON, or a saved view', () => {
    const filter = { districtId: '1201470', since: '2026-01-01T00:00:00Z', cell: null };
    expect(read({ filter: JSON.stringify(filter) }).filter).toEqual({
      ...{ districtId: '1201470', since: new Date('2026-01-01T00:00:00Z') },
    });
    const view = read({ view: ID.toUpperCase(), hxl: 'true', release: ID }, 'xlsx');
    expect(view).toMatchObject({ viewId: ID, filter: undefined, hxl: true, releaseId: ID });
  });

  it.each([
    [{ agency: 'ICE' }, ['agency']],
    [{ agencies: 'FBI' }, ['agencies']],
    [{ since: '2026-01-01' }, ['since']],
    [{ since: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'] }, ['since']],
    [{ departed: 'yes', withinMeters: '1.5' }, ['departed', 'withinMeters']],
    [{ withinMeters: '' }, ['withinMeters']],
    [{ box: '1,2,3' }, ['box']],
    [{ box: '1,2,3,x' }, ['box']],
    [{ districtId: ['1', '2'] }, ['districtId']],
    [{ text: 'a\0b' }, ['text']],
    [{ filter: '[]' }, ['filter']],
    [{ filter: 'null' }, ['filter']],
    [{ filter: '{' }, ['filter']],
    [{ filter: '{"__proto__": 1, "nope": 2}' }, ['filter.__proto__', 'filter.nope']],
    [{ filter: '{"states": "ACTIVE"}' }, ['filter.states']],
    [{ filter: '{"box": {"south": 1}}' }, ['filter.box']],
    [{ filter: `{"text": "${'x'.repeat(20_000)}"}` }, ['filter']],
    [{ filter: '{}', districtId: '1201470' }, ['filter']],
    [{ view: ID, filter: '{}' }, ['view']],
    [{ view: 'x', release: 'y', hxl: '1' }, ['view', 'release', 'hxl']],
  ])('%j is refused by field', (query, wrong) => expect(fields(query)).toEqual(wrong));

  it('has tags only where there are heads', () => {
    for (const format of ['ndjson', 'geojson'] as const)
      expect(fields({ hxl: 'true' }, format)).toEqual(['hxl']);
    expect(fields({ hxl: 'false' }, 'ndjson')).toEqual([]);
  });
});
