import { binaryRows } from './copy-binary.js';

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const END = Buffer.from([0xff, 0xff]);

function row(...columns: (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(columns.length);
  const parts = columns.map((column) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(column === null ? -1 : column.length);
    return Buffer.concat([length, Buffer.from(column ?? '')]);
  });
  return Buffer.concat([count, ...parts]);
}

describe('rows of a binary COPY', () => {
  it('come column by column, empty apart from null', () => {
    const bytes = Buffer.concat([HEADER, row('a', '', null), row('bc', 'd', 'e'), END]);
    const rows = [...binaryRows(bytes)].length;
    const texts: (string | undefined)[][] = [];
    for (const columns of binaryRows(bytes)) texts.push(columns.map((one) => one?.toString()));
    expect(rows).toBe(2);
    expect(texts).toEqual([
      ['a', '', undefined],
      ['bc', 'd', 'e'],
    ]);
  });

  it('are none where there are none', () =>
    expect([...binaryRows(Buffer.concat([HEADER, END]))]).toEqual([]));

  it('are refused when the answer was cut off', () =>
    expect(() => [...binaryRows(Buffer.concat([HEADER, row('a')]))]).toThrow(/out of range/));
});
