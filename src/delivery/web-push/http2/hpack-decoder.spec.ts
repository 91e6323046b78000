import fc from 'fast-check';
import { HpackDecoder } from './hpack-decoder.js';
import { Http2Error } from './http2-error.js';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const WANTED = [':status', 'cache-control', 'date', 'location', 'content-encoding', 'set-cookie'];
/** RFC 7541 §C.5 and §C.6 have both sides begin with 256 bytes. */
const SMALL = '3fe1 01';

const ANSWERS = [
  {
    ':status': '302',
    'cache-control': 'private',
    date: 'Mon, 21 Oct 2013 20:13:21 GMT',
    location: 'https://www.example.com',
  },
  {
    ':status': '307',
    'cache-control': 'private',
    date: 'Mon, 21 Oct 2013 20:13:21 GMT',
    location: 'https://www.example.com',
  },
  {
    ':status': '200',
    'cache-control': 'private',
    date: 'Mon, 21 Oct 2013 20:13:22 GMT',
    location: 'https://www.example.com',
    'content-encoding': 'gzip',
    'set-cookie': 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
  },
];

test.each([
  [
    'in the clear (RFC 7541 §C.5)',
    [
      '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '4803 3330 37c1 c0bf',
      '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
    ],
  ],
  [
    'in Huffman’s code (RFC 7541 §C.6)',
    [
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      '4883 640e ffc1 c0bf',
      '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
    ],
  ],
])('answers %s, with what is evicted between them', (_name, blocks) => {
  const decoder = new HpackDecoder(WANTED);
  const [first, ...others] = blocks;
  const decoded = [SMALL + first, ...others].map((hex) => decoder.decode(bytes(hex)));
  expect(decoded.map((fields) => Object.fromEntries(fields))).toEqual(ANSWERS);
});

test('only what is wanted is read, and the first of its name', () => {
  const decoder = new HpackDecoder(['retry-after']);
  const block = bytes('88 0f26 01 37 0f26 01 38 0004 6e61 6d65 0176 1f0d 81ff');
  expect([...decoder.decode(block)]).toEqual([['retry-after', '7']]);
});

test('an answer that is repeated is remembered each time, and means what its references mean', () => {
  const decoder = new HpackDecoder(['a', 'b']);
  const read = (hex: string) => Object.fromEntries(decoder.decode(bytes(hex)));
  for (let time = 0; time < 3; time += 1) expect(read('4001 6101 31')).toEqual({ a: '1' });
  expect(read('c0')).toEqual({ a: '1' });
  expect(read('4001 6201 32')).toEqual({ b: '2' });
  for (let time = 0; time < 2; time += 1) expect(read('be c1')).toEqual({ b: '2', a: '1' });
  for (let time = 0; time < 2; time += 1) read('4001 6101 33');
  expect(read('be c1')).toEqual({ a: '3' });
  for (let time = 0; time < 2; time += 1) expect(read('20 3fe1 1f')).toEqual({});
  expect(() => read('be')).toThrow('leads nowhere');
});

test('what is evicted is gone, however much was', () => {
  const decoder = new HpackDecoder(['a']);
  const hex = (text: string) => Buffer.from(text).toString('hex');
  for (let time = 100; time < 900; time += 1) decoder.decode(bytes(`4001 6103 ${hex(`${time}`)}`));
  // 4096 bytes hold 113 of 36
  expect([...decoder.decode(bytes('ff2f'))]).toEqual([['a', '787']]);
  expect(() => decoder.decode(bytes('ff30'))).toThrow('leads nowhere');
});

test('what is never indexed is read, and not remembered', () => {
  const decoder = new HpackDecoder(['a']);
  expect([...decoder.decode(bytes('1001 6101 62'))]).toEqual([['a', 'b']]);
  expect(() => decoder.decode(bytes('be'))).toThrow('leads nowhere');
});

test.each([
  ['an index of nothing', '80'],
  ['an index beyond both tables', 'be'],
  ['a name beyond both tables', '7e01 61'],
  ['a string that goes on', '4803 3230'],
  ['a number that goes on', 'ff'],
  ['a number that has no end', 'ffff ffff ffff ffff ffff ff'],
  ['a number of many zeros', `ff${'80'.repeat(2_000)}00`],
  ['a table that grows beyond its bound', '3fe2 1f'],
  ['a table that changes too late', '8820'],
  ['a string that ends within a code', '4882 ffff'],
])('%s ends the connection', (_what, hex) => {
  const decode = () => new HpackDecoder(WANTED).decode(bytes(hex));
  expect(decode).toThrow(Http2Error);
  expect(decode).toThrow(expect.objectContaining({ code: 9 }));
});

test('whatever comes is read or refused', () => {
  const anyBlock = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(fc.array(anyBlock, { maxLength: 5 }), (blocks) => {
      const decoder = new HpackDecoder(WANTED);
      try {
        for (const block of blocks) decoder.decode(Buffer.from(block));
      } catch (error) {
        expect(error).toBeInstanceOf(Http2Error);
      }
    }),
    { numRuns: 2_000 },
  );
});
