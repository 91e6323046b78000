import fc from 'fast-check';
import { parseSchool, type SchoolRecord } from './nces-row.js';
import { detectLayout, type Layout } from './school-layout.js';

const EDGE_LINE =
  '120144001234|1201440|OAK RIDGE HIGH SCHOOL|12|700 W OAK RIDGE RD|ORLANDO|FL|32809|12|12095|Orange County||28.472|-81.387|||||||||2024-2025';
const EDGE_HEADER =
  'NCESSCH,LEAID,NAME,LEA_NAME,STREET,CITY,STATE,ZIP,NMCNTY,LAT,LON,LEVEL,ENROLLMENT,STATUS';
const HIFLD_HEADER =
  'NCESID,NAME,ADDRESS,CITY,STATE,ZIP,COUNTY,LATITUDE,LONGITUDE,LEVEL_,ENROLLMENT,DISTRICTID,STATUS';

const layoutOf = (head: string): Layout => {
  const found = detectLayout(Buffer.from(head));
  if ('problem' in found) throw new Error(found.problem);
  return found.layout;
};
const school = (cells: string[], layout: Layout): SchoolRecord => {
  const parsed = parseSchool(cells, layout);
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '));
  return parsed.school;
};

describe('layouts', () => {
  it('are known by content, with a BOM and CRLF too', () => {
    expect(layoutOf(`${EDGE_LINE}\n`)).toMatchObject({ header: false, delimiter: '|', width: 23 });
    expect(layoutOf(`\ufeff${EDGE_HEADER}\r\n`)).toMatchObject({ header: true, delimiter: ',' });
    expect(layoutOf(`${HIFLD_HEADER}\n`)).toMatchObject({ header: true, delimiter: ',' });
  });

  it.each(['', '\n\n', 'a,b,c\n1,2,3\n', 'LEAID,NAME,STATE\n', '{"type":"FeatureCollection"}'])(
    'refuse %j',
    (head) => expect(detectLayout(Buffer.from(head))).toHaveProperty('problem'),
  );
});

describe('a row of the EDGE text', () => {
  const layout = layoutOf(EDGE_LINE);
  const cells = EDGE_LINE.split('|');
  const problems = (index: number, value: string) => {
    const parsed = parseSchool(cells.with(index, value), layout);
    return 'problems' in parsed ? parsed.problems.join('; ') : '';
  };

  it('is a school, spelled for people', () => {
    expect(school(cells, layout)).toMatchObject({
      id: '120144001234',
      districtId: '1201440',
      name: 'Oak Ridge High School',
      city: 'Orlando',
      state: 'FL',
      latitude: 28.472,
      longitude: -81.387,
      open: true,
    });
  });

  it.each([
    [0, '12014400123', /12.*leading zero/],
    [0, '12014400123X', /12/],
    [1, '120144', /7/],
    [2, '   ', /blank/],
    [6, 'Florida', /two-letter/],
    [12, 'north', /not a number/],
    [12, '91', /LAT/],
    [13, '-181', /LON/],
    [13, '', /LON/],
  ])('with column %i as %j is refused in words', (index, value, expected) => {
    expect(problems(index, value)).toMatch(expected);
  });

  it('has the coordinates that Number makes of them', () => {
    const digits = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20, size: 'max' })
      .map((each) => each.join(''));
    const degrees = fc.tuple(
      fc.constantFrom('', '-', '+'),
      fc.constantFrom('7', '08', '89'),
      digits,
    );
    fc.assert(
      fc.property(degrees, ([sign, whole, decimals]) => {
        const text = `${sign}${whole}.${decimals}`;
        const { latitude, latitudeText } = school(cells.with(12, text), layout);
        expect([latitude, Number(latitudeText)]).toEqual([Number(text), Number(text)]);
      }),
    );
  });

  it('without coordinates, or with too few columns, is refused', () => {
    expect(parseSchool(cells.with(12, '0').with(13, '0'), layout)).toMatchObject({
      problems: [expect.stringContaining('unknown')],
    });
    expect(parseSchool(cells.slice(1), layout)).toMatchObject({
      problems: ['has 22 columns instead of 23'],
    });
  });

  it('names everything that is wrong at once', () => {
    const parsed = parseSchool(cells.with(0, 'x').with(2, '').with(12, 'x'), layout);
    expect('problems' in parsed && parsed.problems.length).toBe(3);
  });
});

describe('a row of HIFLD', () => {
  const layout = layoutOf(`${HIFLD_HEADER}\n`);
  const row = (status: string, enrollment = '2600') =>
    `120144001234,OAK RIDGE,700 W OAK RIDGE RD,ORLANDO,FL,32809,ORANGE,28.472,-81.387,HIGH,${enrollment},1201440,${status}`.split(
      ',',
    );

  it.each([
    ['1', true],
    ['2', false],
    ['3', true],
    ['6', false],
    ['7', false],
    ['8', true],
  ])('of status %s is open: %s', (status, open) => {
    expect(school(row(status), layout).open).toBe(open);
  });

  it('knows an enrollment, and that -999 is none', () => {
    expect(school(row('1'), layout).enrollment).toBe(2_600);
    expect(school(row('1', '-999'), layout).enrollment).toBeNull();
  });
});
