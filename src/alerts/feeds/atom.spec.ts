import { atomFeed, payloadsOfAtom } from './atom.js';
import { UnreadableFeed } from './payload-parameters.js';
import { SITE, published } from './published.fixture.js';
import { readXml, type ReadElement } from './xml.js';

const ATOM = 'http://www.w3.org/2005/Atom';
const feed = {
  title: 'Campana alerts',
  self: `${SITE.publicUrl}/alerts.atom?state=FL`,
  locale: 'es',
  updated: new Date('2026-03-03T13:16:00Z'),
};
const xml = atomFeed([published()], feed, SITE);
const read = () => readXml(xml, 'feed', ATOM);
const links = (element: ReadElement) =>
  element
    .all('link')
    .map((link) => [link.attribute('rel'), link.attribute('type'), link.attribute('href')]);

/** What RFC 4287 §4.1 asks of a feed and of an entry. */
it('has what Atom requires, once each', () => {
  const top = read();
  expect(top.text('id')).toBe(feed.self);
  expect(top.text('title')).toBe('Campana alerts');
  expect(top.text('updated')).toBe('2026-03-03T13:16:00.000Z');
  expect(top.one('author').text('name')).toMatch('campana.example.org');
  expect(links(top)).toEqual([['self', 'application/atom+xml', feed.self]]);
  const entry = top.one('entry');
  expect(entry.text('id')).toBe('urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e');
  expect(entry.text('updated')).toBe('2026-03-03T13:16:00.000Z');
  expect(entry.text('title')).toBe(published().payloads.es!.headline);
});

it('leads to the page and to the CAP file', () => {
  const url = `${SITE.publicUrl}/alerts/0f8fad5b-d9cb-469f-a165-70867728950e`;
  expect(links(read().one('entry'))).toEqual([
    ['alternate', 'text/html', url],
    ['related', 'application/cap+xml', `${url}.cap`],
  ]);
});

it('speaks one language, and says where a message is in another', () => {
  expect(read().attribute('xml:lang')).toBe('es');
  expect(read().one('entry').attribute('xml:lang')).toBe('es');
  const { en } = published().payloads;
  const english = atomFeed([published({}, { payloads: { en: en! } })], feed, SITE);
  const top = readXml(english, 'feed', ATOM);
  expect(top.attribute('xml:lang')).toBe('es');
  expect(top.one('entry').attribute('xml:lang')).toBe('en');
});

it('shows a feed reader what to know and what to do', () => {
  const { body, instruction } = published().payloads.es!;
  expect(read().one('entry').text('content')).toBe(`${body}\n\n${instruction}`);
});

it('has the CAP elements of a weather alert', () => {
  const entry = read().one('entry');
  const named = ['event', 'expires', 'status', 'msgType', 'category', 'urgency', 'areaDesc'];
  expect(named.map((name) => entry.text(`cap:${name}`))).toEqual([
    'Reported immigration enforcement activity near a school',
    '2026-03-03T14:16:00-00:00',
    ...['Actual', 'Alert', 'Safety', 'Immediate'],
    'a menos de 800 m de Oak Ridge Elementary School, Orlando, FL',
  ]);
  expect(entry.pairs('cap:geocode', 'cap:')).toEqual([
    ['NCESSCH', '120144001234'],
    ['LEAID', '1201440'],
  ]);
});

it('can be empty', () => {
  expect(payloadsOfAtom(atomFeed([], feed, SITE))).toEqual([]);
});

it.each([
  ['a text that was not signed', '<content type="text">', '<content type="text">Run. '],
  ['a text beside it', '</entry>', '<summary>Evacuate.</summary></entry>'],
  ['another page', '</entry>', '<link rel="alternate" href="https://example.org"></link></entry>'],
  ['a link of another kind', '</entry>', '<link href="https://example.org"></link></entry>'],
  ['an entry for other readers', '</feed>', '<atom:entry></atom:entry></feed>'],
  ['another meaning of `cap:`', 'tc:emergency:cap:1.2', 'x'],
  ['another time', '<cap:expires>2026', '<cap:expires>2036'],
  [
    'another update',
    '<updated>2026-03-03T13:16:00.000Z</updated>\n    <published>',
    '<updated>2036-03-03T13:16:00.000Z</updated>\n    <published>',
  ],
])('refuses %s', (_what, from, to) => {
  expect(xml).toContain(from);
  expect(() => payloadsOfAtom(xml.replace(from, to))).toThrow(UnreadableFeed);
});
