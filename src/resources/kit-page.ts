import { createHash } from 'node:crypto';
import { escapeHtml } from '../platform/html.js';
import type { Policy } from '../schools/policy.js';
import type { KitWords } from './kit-words.js';
import { bodyHtml, linkHtml, wordsAttributes } from './resource-html.js';
import type { AudienceName, Resource } from './resource.js';

/** Everything on one district’s page. */
export interface Kit {
  district: { id: string; name: string; state: string };
  audience: AudienceName;
  /** The day it holds for, there. */
  today: string;
  /** In force that day. */
  policies: readonly Policy[];
  resources: readonly Resource[];
  /** Who publishes it: the host that families know. */
  network: string;
  /** Where the newest is. */
  url: string;
}

const STYLE = `
:root{color-scheme:light}
body{font:1rem/1.45 system-ui,"Noto Sans","Noto Sans Arabic",sans-serif;max-width:48rem;margin:1.5rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
[lang=ur]{line-height:1.9}
header{border-block-end:3px solid #1b1b1b;margin-block-end:1rem}
h1{font-size:1.6rem;line-height:1.2;margin:0}
header p{margin:.2rem 0 .6rem;font-size:1.1rem}
h2{font-size:1.2rem;margin:1.2rem 0 .5rem;break-after:avoid}
h3{font-size:1rem;margin:0 0 .2rem;break-after:avoid}
p{margin:.25rem 0}
ul,ol{margin:.25rem 0;padding-inline-start:1.3rem}
.todo{columns:20rem 2;column-gap:1.5rem}
article{break-inside:avoid;padding-block-end:.7rem}
li{break-inside:avoid}
a{color:#0b3d91;overflow-wrap:anywhere}
footer,.sources{font-size:.8rem;color:#444}
.sources code{font-size:.75rem;white-space:nowrap}
.sources ul{columns:22rem 2;column-gap:1.5rem;list-style:none;padding:0}
footer{border-block-start:1px solid #888;margin-block-start:1rem;padding-block-start:.5rem}
.note{font-weight:600}
@page{margin:11mm}
@media print{body{font-size:10pt;line-height:1.27;margin:0;padding:0;max-width:none}[lang=ur]{line-height:1.5}h1{font-size:15pt}h2{font-size:11.5pt;margin:.45rem 0 .15rem}h3{font-size:10.5pt;margin:0}header{margin-block-end:.3rem}header p{font-size:10.5pt;margin:.1rem 0 .25rem}p,ul,ol{margin:.1rem 0}article{padding-block-end:.25rem}.todo,.sources ul{columns:2}footer,.sources{font-size:7pt}.sources h2{font-size:9pt}.sources code{font-size:6.5pt}footer{margin-block-start:.3rem;padding-block-start:.2rem}a{color:inherit}}
`;

/** Nothing is loaded from anywhere, and no style but this page’s own counts. */
export const KIT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** One district’s action kit as one page, which prints on one sheet if the content allows. No script. */
export function kitPage(kit: Kit, words: KitWords): string {
  const { say, meta } = words;
  const { district } = kit;
  return `<!doctype html>
<html lang="${escapeHtml(meta.locale)}" dir="${meta.direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${say('title')}: ${district.name}`)}</title>
<style>${STYLE}</style>
<header>
<h1>${escapeHtml(say('title'))}</h1>
<p><bdi>${escapeHtml(`${district.name}, ${district.state}`)}</bdi> · ${escapeHtml(say('audience', { audience: kit.audience }))}</p>
</header>
<main>
${todo(kit, words)}
${promised(kit, words)}
${sources(kit, words)}
</main>
${footer(kit, words)}
</html>
`;
}

function todo({ resources }: Kit, words: KitWords): string {
  const { say } = words;
  const told = resources.map((resource) => article(resource, words)).join('\n');
  const shown =
    told === '' ? `<p>${escapeHtml(say('todo.none'))}</p>` : `<div class="todo">${told}</div>`;
  return `<section><h2>${escapeHtml(say('todo'))}</h2>\n${shown}</section>`;
}

const article = (resource: Resource, words: KitWords) =>
  `<article${wordsAttributes(resource, words)}>
<h3>${escapeHtml(resource.title)}${resource.counselReviewed ? '' : ' *'}</h3>
${bodyHtml(resource.body)}${resource.url === null ? '' : `<p>${linkHtml(resource.url, resource.url)}</p>`}</article>`;

function promised({ policies }: Kit, { say, day }: KitWords): string {
  const items = policies.map(({ kind, effectiveFrom, effectiveUntil, sourceUrl }) => {
    const from = day(effectiveFrom);
    const span =
      effectiveUntil === null
        ? say('since', { from })
        : say('span', { from, until: day(effectiveUntil) });
    return `<li>${escapeHtml(say('policy', { kind }))} <small>${escapeHtml(span)}.${sourceUrl === null ? '' : ` ${linkHtml(sourceUrl, say('document'))}`}</small></li>`;
  });
  const shown =
    items.length === 0
      ? `<p>${escapeHtml(say('promised.none'))}</p>`
      : `<ol>${items.join('\n')}</ol>`;
  return `<section><h2>${escapeHtml(say('promised'))}</h2>\n${shown}</section>`;
}

function sources({ resources, policies }: Kit, { say, day }: KitWords): string {
  const ofResources = resources.map(({ title, publisher, version, sourceDate, ...source }) => {
    const told = [publisher, say('version', { version }), say('dated', { day: day(sourceDate) })];
    return `<li>${[title, ...told].map(isolated).join(' · ')}${origin(source)}</li>`;
  });
  const ofPolicies = policies.map(
    ({ version, ...source }, index) =>
      `<li>${[`${index + 1}.`, say('version', { version })].map(isolated).join(' ')}${origin(source)}</li>`,
  );
  const all = [...ofResources, ...ofPolicies];
  if (all.length === 0) return '';
  return `<section class="sources"><h2>${escapeHtml(say('sources'))}</h2>\n<ul>${all.join('\n')}</ul></section>`;
}

/** A piece of a line, whatever direction it is written in. */
const isolated = (text: string) => `<bdi>${escapeHtml(text)}</bdi>`;

/** Where it was read, and of which bytes: enough digits to compare by eye. */
function origin({ sourceUrl, sourceSha256 }: Pick<Resource, 'sourceUrl' | 'sourceSha256'>): string {
  const link = sourceUrl === null ? '' : ` · ${linkHtml(sourceUrl, sourceUrl)}`;
  const digest =
    sourceSha256 === null ? '' : ` · <code dir="ltr">SHA-256 ${sourceSha256.slice(0, 16)}…</code>`;
  return link + digest;
}

function footer(kit: Kit, { say, day, meta }: KitWords): string {
  const { network, today, url, resources } = kit;
  const lines = [
    `<p class="note">${escapeHtml(say('advice'))}</p>`,
    resources.some(({ counselReviewed }) => !counselReviewed) &&
      `<p>${escapeHtml(say('counsel'))}</p>`,
    // English is what the others are translated from.
    !meta.reviewed && meta.locale !== 'en' && `<p>${escapeHtml(say('translation'))}</p>`,
    `<p>${publishedLine(say('published', { network, day: day(today), url: '\u0000' }), url)}</p>`,
  ];
  return `<footer>\n${lines.filter(Boolean).join('\n')}\n</footer>`;
}

/** The address stands in the sentence as a link. */
const publishedLine = (sentence: string, url: string) =>
  sentence.split('\u0000').map(escapeHtml).join(linkHtml(url, url));
