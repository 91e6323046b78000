import { decodeHuffman } from './huffman.js';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each([
  // RFC 7541 §C.4 and §C.6
  ['f1e3 c2e5 f23a 6ba0 ab90 f4ff', 'www.example.com'],
  ['a8eb 1064 9cbf', 'no-cache'],
  ['25a8 49e9 5ba9 7d7f', 'custom-key'],
  ['6402', '302'],
  ['d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
  ['9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3', 'https://www.example.com'],
  ['', ''],
  // the longest code, of a line feed
  ['ffff fff3', '\n'],
])('%s is %j', (hex, text) => {
  expect(decodeHuffman(bytes(hex))).toBe(text);
});

test.each([
  ['has EOS', 'ffff ffff'],
  ['is padded with a whole byte', '07ff ff'],
  ['is padded with zeros', '00'],
  ['ends in a code', 'fffe'],
])('what %s is refused', (_what, hex) => {
  expect(() => decodeHuffman(bytes(hex))).toThrow(/a string/);
});
