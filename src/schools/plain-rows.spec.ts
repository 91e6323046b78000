import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parseSchool } from './nces-row.js';
import { PipedLines } from './piped-lines.js';
import { PlainRows } from './plain-rows.js';
import { CopyRows } from './school-copy.js';
import { detectLayout, type Layout } from './school-layout.js';

const SHIPPED = readFileSync('data/schools/osceola_orange_FL.edge.txt');
const { layout } = detectLayout(SHIPPED) as { layout: Layout };
const COLUMNS = Object.values(layout.at).filter((column) => column !== undefined);

interface Both {
  /** Undefined: the row was left to parsing. */
  straight: string | undefined;
  /** Undefined: there is something wrong with it. */
  parsed: string | undefined;
}

/** What both ways make of each row. */
function* bothWays(lines: string, plain: PlainRows): Generator<Both> {
  for (const row of new PipedLines(COLUMNS).take(Buffer.from(lines))) {
    const one: Both = { straight: undefined, parsed: undefined };
    const rows = new CopyRows();
    if (row.places && plain.read(row.places)) {
      plain.write(rows, () => {});
      one.straight = rows.take().toString();
    }
    const parsed = parseSchool(row.cells, layout, row.plain);
    if ('school' in parsed) {
      const { id, districtId, districtName, state } = parsed.school;
      if (one.straight !== undefined)
        expect([plain.id, plain.district()]).toEqual([
          Number(id),
          { districtId, districtName, state },
        ]);
      rows.add(parsed.school);
      one.parsed = rows.take().toString();
    }
    yield one;
  }
}

/** One of the first more often than one of the others. */
const mostly = (usual: readonly string[], ...odd: string[]) =>
  fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );

const PIECES = [
  ...['SCHOOL', 'OF', 'THE', 'DE', 'LA', 'ST.', 'FT', 'MCKAY', "O'NEAL", 'K-8', 'P.K.', '6TH'],
  ...['N', '(X)', '-', 'ORLANDO', 'Fort', 'iLEAD', 'NULL', 'null', 'NOT', 'NOTRE', 'AVAILABLE'],
  // More words than are kept.
  'A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z',
];
const piece = mostly(
  PIECES,
  ...['', '\\N', 'A\\', 'PEÑA', 'O’NEAL', '\t', '-999', 'Not', 'x'.repeat(45), 'Y'.repeat(99)],
);
const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((all) => all.join(' '));

/** What stands in these columns instead of what is shipped. */
const changes = fc.record({
  id: mostly(['120000207976', ' 120000207982 '], '12000020797', '12000020797x', ''),
  districtId: mostly(['1200002'], '120000', 'x200002'),
  ...{ name: text, street: text, city: text, county: text },
  state: mostly(['FL'], 'fl', 'F', 'FLA', '12', ''),
  zip: mostly(['32835'], '2835', '32835-1234', '', 'x2835'),
  latitude: mostly(['28.5', '0.0', '-0.5'], '90.0', '91.5', '28', '28.', '+28.5', '.5', '1234.5'),
  longitude: mostly(
    ['-81.4', '179.9', '0.0'],
    '-180.5',
    '1.1234567890123',
    '8.1.2',
    '-',
    '5e1',
    '',
  ),
});

const [LINE] = SHIPPED.toString().split('\n') as [string];

function lineWith(changed: object): string {
  const cells = LINE.split('|');
  for (const [column, cell] of Object.entries(changed))
    cells[layout.at[column as keyof Layout['at']]!] = cell as string;
  return `${cells.join('|')}\n`;
}

describe('rows written straight from the bytes of a file', () => {
  it('are what parsing makes of them, and nearly all that are shipped', () => {
    const left = [];
    for (const { straight, parsed } of bothWays(SHIPPED.toString(), PlainRows.of(layout)!))
      if (straight === undefined) left.push(parsed);
      else expect(straight).toBe(parsed);
    expect(left).toEqual([expect.stringContaining('34-M-W-7 (34-M-N-7)')]);
  });

  it('are what parsing makes of them, or left to it, whatever they hold', () => {
    const plain = PlainRows.of(layout)!;
    let straightly = 0;
    fc.assert(
      fc.property(changes, (changed) => {
        for (const { straight, parsed } of bothWays(lineWith(changed), plain)) {
          if (straight === undefined) continue;
          straightly += 1;
          expect(straight).toBe(parsed);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(straightly).toBeGreaterThan(100);
  });

  it('say each word once, with the first row that has it', () => {
    const plain = PlainRows.of(layout)!;
    const words: string[] = [];
    const rows = new CopyRows();
    for (const row of new PipedLines(COLUMNS).take(Buffer.from(`${LINE}\n${LINE}\n`))) {
      expect(plain.read(row.places!)).toBe(true);
      plain.write(rows, (word) => words.push(word));
    }
    expect(words).toEqual(['florida', 'virtual', 'elementary', 'school', 'orlando']);
    expect(rows.count).toBe(2);
  });

  it('are none of a file that tells more of a school', () => {
    expect(PlainRows.of({ ...layout, at: { ...layout.at, level: 3 } })).toBeUndefined();
    expect(PlainRows.of({ ...layout, at: { ...layout.at, zip: undefined } })).toBeUndefined();
  });
});
