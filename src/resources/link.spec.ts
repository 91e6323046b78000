import { linkProblem, tidiedLink } from './link.js';

it.each([
  'https://www.ilrc.org/red-cards',
  'https://www.aclu.org/know-your-rights/immigrants-rights?lang=es',
  'https://www.example.org/?id=7#section',
])('takes %s', (link) => expect(linkProblem(link)).toBeUndefined());

it.each([
  ['http://www.example.org/', /public https address/],
  ['javascript:alert(1)', /public https address/],
  ['data:text/html,x', /public https address/],
  ['https://user:pass@www.example.org/', /public https address/],
  ['https://10.0.0.1/', /public https address/],
  ['https://localhost/', /public https address/],
  [`https://www.example.org/${'x'.repeat(2_000)}`, /at most 2000 characters/],
  ['https://www.example.org/?utm_source=x', /leave out utm_source=/],
  ['https://www.example.org/?a=1&FBCLID=x', /leave out FBCLID=/],
  ['https://www.example.org/?gclid=x', /leave out gclid=/],
  ['https://bit.ly/x', /a short link hides that/],
])('refuses %s', (link, says) => expect(linkProblem(link)).toMatch(says));

it('writes addresses as browsers do', () => {
  expect(tidiedLink(' HTTPS://WWW.Example.org/a b ')).toBe('https://www.example.org/a%20b');
  expect(tidiedLink('no address')).toBe('no address');
});
