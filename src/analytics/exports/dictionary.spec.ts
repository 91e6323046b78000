import { parse } from 'csv-parse/sync';
import { COLUMNS } from './columns.js';
import { dictionaryCsv } from './dictionary.js';

describe('the data dictionary', () => {
  const [heads, ...rows] = parse(dictionaryCsv()) as string[][];

  it('explains every column', () => {
    expect(heads).toEqual(['column', 'type', 'meaning', 'codes', 'source', 'hxl_tag', 'who']);
    expect(rows.map(([name]) => name)).toEqual(COLUMNS.map(({ name }) => name));
    for (const row of rows) for (const index of [1, 2, 4, 5, 6]) expect(row[index]).not.toBe('');
  });

  it('lists codes and says who sees what', () => {
    const of = (name: string) => rows.find(([column]) => column === name)!;
    expect(of('entry_outcome')[3]).toBe('GRANTED;REFUSED;ENTERED_WITHOUT_CONSENT');
    expect(of('exact_latitude')[6]).toBe('admins');
    expect(of('responders')[6]).toContain('released');
  });
});
