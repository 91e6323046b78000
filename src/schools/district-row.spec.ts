import { detectDistrictLayout, parseDistrict, type DistrictLayout } from './district-row.js';

const layoutOf = (head: string): DistrictLayout => {
  const found = detectDistrictLayout(Buffer.from(head));
  if ('problem' in found) throw new Error(found.problem);
  return found.layout;
};

describe('a file of districts', () => {
  it('is known by its header, whatever else is in it', () => {
    expect(layoutOf('\ufeffLEAID,NAME,STATE,ZIP\r\n')).toEqual({
      width: 4,
      id: 0,
      name: 1,
      state: 2,
    });
    expect(layoutOf('State,"LEAID",Name\n')).toEqual({ width: 3, id: 1, name: 2, state: 0 });
  });

  it.each(['', 'LEAID,NAME\n', 'NCESSCH,NAME,STATE\n', 'PK\u0003\u0004'])('is not %j', (head) =>
    expect(detectDistrictLayout(Buffer.from(head))).toHaveProperty('problem'),
  );
});

describe('a district', () => {
  const layout = layoutOf('LEAID,NAME,STATE\n');

  it('is named for people', () => {
    expect(parseDistrict(['1201740', ' ST.  JOHNS ', 'fl'], layout)).toEqual({
      district: { id: '1201740', name: 'St. Johns', state: 'FL' },
    });
  });

  it.each([
    [['120174', 'ST. JOHNS', 'FL'], /6 digits, not 7: .*leading zero/],
    [['1201740', ' ', 'FL'], /NAME is blank/],
    [['1201740', 'x'.repeat(201), 'FL'], /more than 200/],
    [['1201740', 'ST. JOHNS\0', 'FL'], /not plain/],
    [['1201740', 'ST. JOHNS', 'Florida'], /two-letter/],
    [['1201740', 'ST. JOHNS'], /2 columns instead of 3/],
  ])('of row %j is refused in words', (cells, expected) => {
    const parsed = parseDistrict(cells, layout);
    expect('problems' in parsed && parsed.problems.join('; ')).toMatch(expected);
  });
});
