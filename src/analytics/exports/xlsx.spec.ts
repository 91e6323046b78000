import { readSheet } from 'read-excel-file/node';
import { columnsFor } from './columns.js';
import { batchesOf, exportRow, written } from './export-row.fixture.js';
import type { ExportRow } from './export-row.js';
import { columnLetters, xmlText } from './sheet-xml.js';
import { workbook, writeXlsx } from './xlsx.js';

const columns = columnsFor('ANALYST', false);
const names = columns.map(({ name }) => name);
const table = (rows: ExportRow[], hxl = false) => ({
  ...{ columns, rows: batchesOf(rows), hxl, synthetic: false },
});

describe('a workbook', () => {
  it('is read back by another program with its types, and text as text', async () => {
    const schoolName = '=HYPERLINK("x") <&> ü\u0001';
    const bytes = await written(writeXlsx(table([exportRow({ schoolName }), exportRow()])));
    const [heads, row, ...more] = await readSheet(bytes, 'Incidents');
    expect(heads).toEqual(names);
    expect(more).toHaveLength(1);
    const of = (name: string) => row![names.indexOf(name)];
    expect(of('school_name')).toBe('=HYPERLINK("x") <&> ü\ufffd');
    expect(of('synthetic')).toBe(false);
    expect(of('reports')).toBe(2);
    expect(of('school_id')).toBe('120147001507');
    expect(of('day')).toEqual(new Date('2026-03-02T00:00:00Z'));
    expect((of('opened_at') as unknown as Date).getTime()).toBeCloseTo(
      ...[Date.parse('2026-03-02T13:01:00Z'), -1],
    );
    expect(of('vehicles_observed')).toBeNull();
  });

  it('has the dictionary on a sheet of its own', async () => {
    const bytes = await written(writeXlsx(table([exportRow()])));
    const rows = await readSheet(bytes, 'Dictionary');
    expect(rows.map(([name]) => name)).toEqual(['column', ...names]);
  });

  it('goes on in another sheet where one is full, with heads and tags', async () => {
    const all = Array.from({ length: 7 }, (_, reports) => exportRow({ reports }));
    const bytes = await written(workbook(table(all, true), 5));
    const sheets = await Promise.all(
      ['Incidents', 'Incidents 2', 'Incidents 3'].map((name) => readSheet(bytes, name)),
    );
    expect(sheets.map(({ length }) => length)).toEqual([5, 5, 3]);
    for (const [heads, tags] of sheets)
      expect([heads![0], tags![0]]).toEqual([names[0], '#event+id']);
    const reports = sheets.flatMap((rows) => rows.slice(2).map((r) => r[names.indexOf('reports')]));
    expect(reports).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('fits exactly, and is whole when there is nothing', async () => {
    const exact = await written(workbook(table([exportRow(), exportRow()]), 3));
    expect(await readSheet(exact, 'Incidents')).toHaveLength(3);
    await expect(readSheet(exact, 'Incidents 2')).rejects.toThrow();
    const none = await written(writeXlsx(table([])));
    expect(await readSheet(none, 'Incidents')).toHaveLength(1);
  });

  it('stops reading rows when nobody wants the rest', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield Array.from({ length: 200 }, () => exportRow());
      } finally {
        closed = true;
      }
    }
    let bytes = 0;
    for await (const chunk of writeXlsx({ columns, rows: endless(), hxl: false, synthetic: false }))
      if ((bytes += chunk.length) > 20_000) break;
    expect(closed).toBe(true);
  });

  it('fails when reading fails', async () => {
    async function* broken() {
      yield [exportRow()];
      throw new Error('lost');
    }
    const table = { columns, rows: broken(), hxl: false, synthetic: false };
    await expect(written(writeXlsx(table))).rejects.toThrow('lost');
  });
});

it.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [701, 'ZZ'],
  [702, 'AAA'],
])('column %i is %s', (index, letters) => expect(columnLetters(index)).toBe(letters));

it('writes nothing that XML cannot hold', () => {
  expect(xmlText('a\u0000<\ud800>\r"&')).toBe('a\ufffd&lt;\ufffd&gt;&#13;&quot;&amp;');
});
