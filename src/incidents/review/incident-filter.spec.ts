import { cellAt } from '../../geo/h3.js';
import { filterProblems, type IncidentFilter } from './incident-filter.js';

const KISSIMMEE = { latitude: 28.2919, longitude: -81.4076 };
const BOX = { south: 28, north: 29, west: -82, east: -81 };
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const fields = (filter: IncidentFilter) => filterProblems(filter).map(({ field }) => field);

it.each<[string, IncidentFilter]>([
  ['nothing', {}],
  ['nulls and empty lists', { states: [], since: null, box: null, text: null, usStates: [] }],
  ['a moment', { since: day('2026-03-03'), until: day('2026-03-03') }],
  ['a box', { box: BOX }],
  ['a box across the 180th meridian', { box: { south: 50, north: 55, west: 170, east: -170 } }],
  ['cells', { cell: cellAt(KISSIMMEE, 7) }],
  ['the finest cell', { cell: cellAt(KISSIMMEE, 9) }],
  ['ids and codes', { districtIds: ['1201470'], schoolIds: ['120147001468'], usStates: ['FL'] }],
  ['a ring', { withinMeters: 500, beyondMeters: 0 }],
  [
    'one of two policies without the other',
    {
      policies: ['AGREEMENT_287G', 'WELCOMING_RESOLUTION'],
      withoutPolicies: ['AGREEMENT_287G'],
    },
  ],
  ['departures that are asked for twice', { departed: true, departures: ['POLICE_ASSISTED'] }],
  ['words', { text: 'dos camionetas, y María' }],
])('finds nothing wrong with %s', (_, filter) => {
  expect(filterProblems(filter)).toEqual([]);
});

it.each<[IncidentFilter, string]>([
  [{ since: day('2026-03-04'), until: day('2026-03-03') }, 'until'],
  [{ observedSince: day('2026-03-04'), observedUntil: day('2026-03-03') }, 'observedUntil'],
  [{ districtId: '120147' }, 'districtId'],
  [{ schoolId: '1201470' }, 'schoolId'],
  [{ districtIds: ['1201470', 'x'] }, 'districtIds.1'],
  [{ schoolIds: ['120147001468', ''] }, 'schoolIds.1'],
  [{ usStates: ['FL', 'fl'] }, 'usStates.1'],
  [{ usStates: ['ZZ'] }, 'usStates.0'],
  [{ usStates: Array(61).fill('FL') as string[] }, 'usStates'],
  [{ schoolLevels: [' '] }, 'schoolLevels.0'],
  [{ schoolLevels: ['x\0'] }, 'schoolLevels.0'],
  [{ box: { ...BOX, south: 30 } }, 'box.north'],
  [{ box: { ...BOX, south: 29 } }, 'box.north'],
  [{ box: { ...BOX, north: 91 } }, 'box.north'],
  [{ box: { ...BOX, south: Number.NaN } }, 'box.south'],
  [{ box: { ...BOX, west: -181 } }, 'box.west'],
  [{ box: { ...BOX, west: -81, east: -82 } }, 'box.east'],
  [{ box: { ...BOX, west: -82, east: -82 } }, 'box.east'],
  [{ cell: '' }, 'cell'],
  [{ cell: 'ffffffffffffffff' }, 'cell'],
  [{ cell: '8744a9a4bfffffe' }, 'cell'],
  [{ cell: cellAt(KISSIMMEE, 10) }, 'cell'],
  [{ withinMeters: -1 }, 'withinMeters'],
  [{ beyondMeters: 100_001 }, 'beyondMeters'],
  [{ withinMeters: 500, beyondMeters: 500 }, 'beyondMeters'],
  [{ policies: ['AGREEMENT_287G'], withoutPolicies: ['AGREEMENT_287G'] }, 'withoutPolicies'],
  [{ departed: false, departures: ['POLICE_ASSISTED'] }, 'departed'],
  [{ text: '' }, 'text'],
  [{ text: ' - ¿? a ' }, 'text'],
  [{ text: 'x'.repeat(201) }, 'text'],
  [{ text: Array.from({ length: 17 }, (_, at) => `w${at}`).join(' ') }, 'text'],
])('refuses %j and names %s', (filter, field) => {
  expect(fields(filter)).toEqual([field]);
});

it('names everything that is wrong at once', () => {
  const wrong = { districtId: 'x', box: { ...BOX, south: 30 }, cell: 'x', withinMeters: -1 };
  expect(fields(wrong)).toEqual(['districtId', 'withinMeters', 'box.north', 'cell']);
});
