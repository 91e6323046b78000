import fc from 'fast-check';
import { graphemeCount, schoolNameFor } from './school-name.js';

const FAMILY = '👩‍👩‍👧‍👦';

describe('schoolNameFor', () => {
  test('leaves an ordinary name alone', () => {
    expect(schoolNameFor("P.S. 118 {0} <b>O'Neill</b>", 'ltr', 60)).toBe(
      "P.S. 118 {0} <b>O'Neill</b>",
    );
  });

  test('cuts a long one after a whole word', () => {
    const name = 'Chestnut Elementary School for Science and Engineering';
    expect(schoolNameFor(name, 'ltr', 40)).toBe('Chestnut Elementary School for Science…');
    expect(schoolNameFor(name, 'ltr', graphemeCount(name))).toBe(name);
  });

  test('cuts one long word where it must', () => {
    expect(schoolNameFor('x'.repeat(100), 'ltr', 10)).toBe(`${'x'.repeat(9)}…`);
  });

  test('never splits what a reader sees as one character', () => {
    expect(schoolNameFor(FAMILY.repeat(9), 'ltr', 30)).toBe(`${FAMILY.repeat(3)}…`);
  });

  test('puts blanks, controls and lone surrogates right', () => {
    expect(schoolNameFor(' Oak\n\u0000\tRidge \u202eHigh\ud800 ', 'ltr', 60)).toBe(
      'Oak Ridge High\ufffd',
    );
  });

  test('sets apart a name that runs the other way', () => {
    expect(schoolNameFor('مدرسة النور', 'ltr', 60)).toBe('\u2068مدرسة النور\u2069');
    expect(schoolNameFor('Oak Ridge (K-8)', 'rtl', 60)).toBe('\u2068Oak Ridge (K-8)\u2069');
  });

  test('any name is bounded, in graphemes and bytes, and keeps its beginning', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 150 }),
      fc.string({ unit: 'binary', maxLength: 150 }),
    );
    fc.assert(
      fc.property(names, fc.integer({ min: 2, max: 60 }), (name, limit) => {
        const short = schoolNameFor(name, 'ltr', limit).replace(/[\u2068\u2069]/g, '');
        expect(short.isWellFormed()).toBe(true);
        expect(graphemeCount(short)).toBeLessThanOrEqual(limit);
        expect(Buffer.byteLength(JSON.stringify(short)) - 2).toBeLessThanOrEqual(limit * 3 + 3);
        const whole = schoolNameFor(name, 'ltr', 10_000).replace(/[\u2068\u2069]/g, '');
        if (short !== whole) expect(whole.startsWith(short.slice(0, -1))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
