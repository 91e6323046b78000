import { UnreadableFeed } from './payload-parameters.js';
import { readXml, writeXml } from './xml.js';

const NAMESPACE = 'urn:test';
const read = (xml: string) => readXml(xml, 'root', NAMESPACE);
const root = (inside: string) =>
  `<?xml version="1.0"?>\n<root xmlns="${NAMESPACE}">${inside}</root>`;

it('gives text and attributes back to the letter', () => {
  const text = ' \t\r\n a<b>&"c\'] ]]> &amp; &#13; \u{202e}👩🏽‍🏫 ';
  const xml = writeXml({
    root: { '@_xmlns': NAMESPACE, '@_at': text, one: text, list: ['', text, ' '] },
  });
  const found = read(xml);
  expect(found.attribute('at')).toBe(text);
  expect(found.text('one')).toBe(text);
  expect(found.all('list')).toHaveLength(3);
});

it('writes what XML cannot hold as a replacement character', () => {
  const xml = writeXml({ root: { '@_xmlns': NAMESPACE, one: 'a\0b\u{1b}c\u{ffff}d\ud800' } });
  expect(read(xml).text('one')).toBe('a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}');
});

const laughs = (depth: number) =>
  Array.from({ length: depth }, (_, index) => `<!ENTITY l${index + 1} "&l${index};&l${index};">`);

it.each([
  ['a billion laughs', `[<!ENTITY l0 "ha">${laughs(30).join('')}]`],
  ['a file of this machine', '[<!ENTITY l30 SYSTEM "file:///etc/passwd">]'],
  ['a DOCTYPE at all', ''],
])('expands nothing that a file defines: %s', (_what, defined) => {
  const xml = `<!DOCTYPE root ${defined}>${root('<one>&l30;</one>')}`;
  expect(() => read(xml)).toThrow('the file declares entities');
  // Nor where that check is got around.
  expect(() => read(root('<one>&l30;</one>'))).toThrow('an entity that XML does not define');
});

it.each([
  ['an entity of HTML', root('<one>&nbsp;</one>')],
  ['an ampersand alone', root('<one>a & b</one>')],
  ['an impossible character', root('<one>&#0;</one>')],
  ['a character beyond all', root('<one>&#x110000;</one>')],
  ['deep nesting', root('<one>'.repeat(40) + '</one>'.repeat(40))],
  ['an element left open', root('<one>')],
  ['crossing elements', root('<one><two></one></two>')],
  ['another root', `<other xmlns="${NAMESPACE}"/>`],
  ['two roots', root('') + root('')],
  ['no XML', 'root'],
  ['nothing', ''],
  ['too much', root(' '.repeat(16 * 1024 * 1024))],
])('refuses %s', (_what, xml) => {
  expect(() => read(xml)).toThrow(UnreadableFeed);
});

it('is not fooled by names that JavaScript knows', () => {
  expect(read(root('<one>a</one>')).all('toString')).toEqual([]);
  expect(() => read(root('<__proto__><polluted>x</polluted></__proto__>'))).toThrow(UnreadableFeed);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

it('refuses a text where there are two, or none', () => {
  expect(() => read(root('<one>a</one><one>b</one>')).text('one')).toThrow(/one "one"/);
  expect(() => read(root('')).text('one')).toThrow(/one "one"/);
});
