import { cellText, guarded, looksLikeFormula } from './cell.js';

describe('text that a spreadsheet would run', () => {
  it.each([
    ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\tx', '\rx', ' =1', '\u00a0=1'],
    ...['"=1+1', "'=1", '""-2', '"\t=1', '\u200b=1', '\ufeff@A', '＝1', '＠A', '－1', '"\rx'],
  ])('%j is made text', (text) => {
    expect(looksLikeFormula(text)).toBe(true);
    expect(guarded(text)).toBe(`'${text}`);
  });

  it.each(['', 'a=1', 'Celebration School', 'K-8 Center', '1-2', '"quoted"', 'Dr. Phillips', '•'])(
    '%j stays as it is',
    (text) => expect(guarded(text)).toBe(text),
  );
});

describe('a cell as text', () => {
  it.each([
    [null, ''],
    [0, '0'],
    [-81.4076, '-81.4076'],
    [false, 'false'],
    ['a', 'a'],
    [new Date('2026-09-30T12:10:00Z'), '2026-09-30T12:10:00.000Z'],
  ])('%j', (cell, text) => expect(cellText(cell)).toBe(text));
});
