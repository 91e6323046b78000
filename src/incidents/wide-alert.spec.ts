import { WIDE_RADIUS_METERS, whyWide, type WideReason } from './wide-alert.js';

const rule = { devices: 5_000 };

it.each<[number, number, WideReason[]]>([
  [0, 500, []],
  [5_000, 3_000, []],
  [5_001, 3_000, ['AUDIENCE']],
  [5_000, 3_001, ['RADIUS']],
  [5_001, 5_000, ['AUDIENCE', 'RADIUS']],
])('%d devices within %d m: %j', (devices, radiusMeters, expected) => {
  expect(whyWide({ devices, radiusMeters }, rule)).toEqual(expected);
});

it('takes the number of devices from the rule', () => {
  const choice = { devices: 11, radiusMeters: WIDE_RADIUS_METERS };
  expect(whyWide(choice, { devices: 10 })).toEqual(['AUDIENCE']);
  expect(whyWide(choice, { devices: 11 })).toEqual([]);
  expect(whyWide({ ...choice, devices: 1 }, { devices: 0 })).toEqual(['AUDIENCE']);
});
