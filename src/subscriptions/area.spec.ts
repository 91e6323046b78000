import { BadInput } from '../platform/errors.js';
import { areaKey, parseAreas } from './area.js';

const school = { schoolId: '120147001546' };
const fields = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as BadInput).fields.map(({ field }) => field);
  }
  return [];
};

describe('parseAreas', () => {
  it('takes schools, districts and coarse cells, each once', () => {
    const areas = parseAreas([
      school,
      school,
      { districtId: '1201470' },
      { cell: { h3: '8744a1d0effffff', radiusKm: 5 } },
    ]);
    expect(areas.map(areaKey)).toEqual([
      'school:120147001546',
      'district:1201470',
      'cell:8744a1d0effffff:5',
    ]);
  });

  it.each([
    ['none', [], ['areas']],
    ['six', Array.from({ length: 6 }, () => school), ['areas']],
    ['two in one', [{ ...school, districtId: '1201470' }], ['areas.0.schoolId']],
    ['nothing in one', [{}], ['areas.0.schoolId']],
    ['a short school id', [{ schoolId: '12014700154' }], ['areas.0.schoolId']],
    [
      'a fine cell',
      [school, { cell: { h3: '8844a1d0edfffff', radiusKm: 5 } }],
      ['areas.1.cell.h3'],
    ],
    [
      'an odd radius',
      [{ cell: { h3: '8744a1d0effffff', radiusKm: 3 } }],
      ['areas.0.cell.radiusKm'],
    ],
    [
      'two wrong ones',
      [{ districtId: 'x' }, { schoolId: '' }],
      ['areas.0.districtId', 'areas.1.schoolId'],
    ],
  ])('refuses %s, naming the field', (_, inputs, expected) => {
    expect(fields(() => parseAreas(inputs))).toEqual(expected);
  });
});
