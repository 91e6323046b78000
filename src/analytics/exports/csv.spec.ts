import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { looksLikeFormula } from './cell.js';
import { columnsFor } from './columns.js';
import { csvLine, writeCsv } from './csv.js';
import { batchesOf, exportRow, written } from './export-row.fixture.js';

const columns = columnsFor('ANALYST', false);
const csv = async (names: string[], hxl = false) => {
  const rows = batchesOf(names.map((schoolName) => exportRow({ schoolName })));
  return (await written(writeCsv({ columns, rows, hxl, synthetic: false }))).toString();
};

describe('a line of CSV', () => {
  it.each([
    [['a', 1, null, true], 'a,1,,true\r\n'],
    [['a,b', 'say "hi"', 'two\r\nlines'], '"a,b","say ""hi""","two\r\nlines"\r\n'],
    [['=1+1', '@x', '\t1', '"=1', '-5'], `'=1+1,'@x,'\t1,"'""=1",'-5\r\n`],
    [[-5, -81.4], '-5,-81.4\r\n'],
    [[' a', 'b '], '" a","b "\r\n'],
  ])('%j', (cells, line) => expect(csvLine(cells)).toBe(line));

  it('is read back as it was, whatever is in it, and never begins a field with a formula', () => {
    const begun = fc.constantFrom(
      '',
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      ' =',
      "'=",
      '"@',
      '\uFF1D',
    );
    const text = fc.tuple(begun, fc.string({ unit: 'binary' })).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 6 }), (cells) => {
        const [fields] = parse(csvLine(cells), { bom: false }) as string[][];
        fields!.forEach((field, index) => {
          expect(field).not.toMatch(/^(?:[\s\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u);
          const cell = cells[index]!;
          expect(field).toBe(looksLikeFormula(cell) ? `'${cell}` : cell);
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('CSV', () => {
  it('has a head row, CRLF everywhere, and as many fields in every row', async () => {
    const text = await csv(['One', 'Two, or "2"', '=cmd|calc']);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const [heads, ...rows] = parse(text) as string[][];
    expect(heads).toEqual(columns.map(({ name }) => name));
    expect(rows.map((row) => row[heads!.indexOf('school_name')])).toEqual([
      ...['One', 'Two, or "2"', "'=cmd|calc"],
    ]);
  });

  it('has a row of HXL tags below the heads, if it is asked for', async () => {
    const [, tags, row] = parse(await csv(['One'], true)) as string[][];
    expect(tags).toEqual(columns.map(({ hxl }) => hxl));
    expect(row![0]).toBe(exportRow().id);
  });

  it('is its heads alone, when there is nothing', async () => {
    expect((await csv([])).split('\r\n')).toHaveLength(2);
  });
});
