import { urlProblem } from '../schools/policy.js';

/** Parameters that tell a site where a reader came from; a name that ends in `_` is a beginning. */
const TRACKING = [
  ...['utm_', 'fbclid', 'gclid', 'gbraid', 'wbraid', 'dclid', 'msclkid', 'twclid', 'ttclid'],
  ...[
    'igshid',
    'igsh',
    'li_fat_id',
    'mc_cid',
    'mc_eid',
    'mkt_tok',
    '_ga',
    '_gl',
    '_hsenc',
    '_hsmi',
  ],
  ...['yclid', 'vero_id', 'oly_', 'sharetype', 's_cid', 'ref_src', 'ref_url', 'eid_', 'ecid'],
];

/** They hide where a link leads, and count who follows it. */
const SHORTENERS = new Set([
  ...['bit.ly', 'tinyurl.com', 't.co', 'goo.gl', 'ow.ly', 'is.gd', 'buff.ly', 'rebrand.ly'],
  ...['cutt.ly', 'lnkd.in', 'shorturl.at', 'rb.gy', 't.ly', 'tiny.cc', 'fb.me', 'wa.me'],
]);

const EXAMPLE = 'https://www.example.org/know-your-rights';

/** What is wrong with an address that families are sent to; undefined: nothing. */
export function linkProblem(text: string): string | undefined {
  const problem = urlProblem(text, EXAMPLE);
  if (problem) return problem;
  const url = new URL(text);
  if (SHORTENERS.has(url.hostname.replace(/^www\./, '')))
    return 'must be where the page is: a short link hides that, and counts who follows it';
  const tracked = [...url.searchParams.keys()].find(isTracking);
  if (tracked !== undefined)
    return `must not tell the site where its readers come from: leave out ${tracked.slice(0, 40)}=…`;
  return undefined;
}

const isTracking = (name: string) =>
  TRACKING.some((known) =>
    known.endsWith('_') ? name.toLowerCase().startsWith(known) : name.toLowerCase() === known,
  );

/** An address as browsers write it; what is none stays as it is. */
export const tidiedLink = (text: string): string =>
  URL.canParse(text.trim()) ? new URL(text.trim()).href : text;
