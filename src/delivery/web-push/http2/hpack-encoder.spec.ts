import fc from 'fast-check';
import { HpackDecoder } from './hpack-decoder.js';
import { HpackEncoder, MAX_SECTION_BYTES } from './hpack-encoder.js';
import type { Field } from './hpack-table.js';

const NAMES = [':method', ':path', 'authorization', 'ttl', 'topic', 'content-length', 'x-long'];
const path = (value: string): Field => [':path', value];

function section(encoder: HpackEncoder, secret: Field, common: readonly Field[]): Buffer {
  const into = Buffer.alloc(MAX_SECTION_BYTES + 7);
  return into.subarray(7, encoder.encode(secret, common, into, 7));
}

const aValue = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189-_.,= '), minLength: 1, maxLength: 300 })
  .map((value) => `<${value}>`);
const aCommon = fc.array(
  fc.tuple(fc.constantFrom(...NAMES.filter((name) => name !== ':path')), aValue),
  {
    maxLength: 6,
  },
);

test('whatever is encoded is decoded, however large the table is and was', () => {
  const aSize = fc.constantFrom(0, 40, 300, 1_000, 4_096, 70_000);
  const aSection = fc.record({
    sizes: fc.array(aSize, { maxLength: 3 }),
    which: fc.nat(2),
    secret: aValue,
  });
  fc.assert(
    fc.property(fc.tuple(aCommon, aCommon, aCommon), fc.array(aSection), (commons, sections) => {
      const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder(NAMES)];
      for (const { sizes, which, secret } of sections) {
        for (const size of sizes) encoder.resize(size);
        const fields = decoder.decode(section(encoder, path(secret), commons[which]!));
        const first = new Map([...commons[which]!].reverse());
        expect(fields).toEqual(new Map([...first, path(secret)]));
      }
    }),
  );
});

test('a table that was smaller meanwhile is told of, and then its size (RFC 7541 §4.2)', () => {
  const encoder = new HpackEncoder();
  for (const size of [300, 40, 70_000]) encoder.resize(size);
  // 40 and 4096, each as 31 and more
  expect(section(encoder, path('/'), []).toString('hex')).toBe('3f093fe11f14012f');
  expect(section(encoder, path('/'), []).toString('hex')).toBe('14012f');
});

test('what is common is told once, the path each time and never to be remembered', () => {
  const encoder = new HpackEncoder();
  const common: Field[] = [
    [':method', 'POST'],
    ['authorization', 'vapid t=token'],
    ['ttl', '60'],
  ];
  const first = section(encoder, path('/secret/1'), common);
  expect(first.includes('vapid t=token')).toBe(true);
  for (const value of ['/secret/1', '/secret/2', '/secret/1']) {
    // 0x14: never indexed, its name is the static table's fourth; 0x80 and more: an index
    const expected = [0x14, value.length, ...Buffer.from(value), 0x83, 0xbf, 0xbe];
    expect([...section(encoder, path(value), common)]).toEqual(expected);
  }
});

test.each([
  ['an empty path', path(''), []],
  ['a path with a line feed', path('/a\nb'), []],
  ['a path that ends in a space', path('/a '), []],
  ['a path beyond ASCII', path('/é'), []],
  ['a path that is too long', path(`/${'a'.repeat(MAX_SECTION_BYTES / 2)}`), []],
  ['a common field with a line feed', path('/a'), [['authorization', 'a\r\nb']]],
  ['common fields that are too long', path('/a'), [['x', 'a'.repeat(MAX_SECTION_BYTES / 2)]]],
] as [string, Field, Field[]][])(
  '%s is refused, and nothing is remembered',
  (_what, secret, common) => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder(NAMES)];
    encoder.resize(100);
    expect(() => section(encoder, secret, common)).toThrow(TypeError);
    const next: Field[] = [['ttl', '1']];
    expect(decoder.decode(section(encoder, path('/b'), next))).toEqual(
      new Map([...next, path('/b')]),
    );
  },
);
