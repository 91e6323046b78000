import { escapeHtml } from '../platform/html.js';
import { localeMeta, renderAlert } from './messages.js';
import { reviewScenes, type ReviewScene, type SceneGroup } from './review-scenes.js';

const PARTS = ['headline', 'body', 'instruction'] as const;
type Part = (typeof PARTS)[number];

const STYLE = `
:root{color-scheme:light}
body{font:1rem/1.5 system-ui,"Noto Sans",sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.7rem}
h2{font-size:1.4rem;margin-top:0;border-bottom:3px solid #1b1b1b}
h3{font-size:1.1rem;margin:2rem 0 .5rem}
h4{font-size:.85rem;margin:0 0 .3rem;color:#555;font-weight:600}
section{margin-top:4rem}
article{border-top:1px solid #bbb;padding:.6rem 0}
.pair{break-inside:avoid;display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}
.pair>*{margin:0 0 .4rem;overflow-wrap:anywhere}
.text{font-size:1.08rem}
.headline{font-weight:700}
.instruction{padding-inline-start:.7rem;border-inline-start:3px solid #ccc}
.source{color:#555}
.same{color:#777;font-style:italic}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}
dt{color:#555}
dd{margin:0}
.no{font-weight:700}
table{border-collapse:collapse}
td,th{padding:.15rem 1rem .15rem 0;text-align:start}
@media(max-width:40rem){.pair{grid-template-columns:1fr}}
@media print{
html{font-size:9pt}
body{max-width:none;margin:0;padding:0}
section{break-before:page;margin-top:0}
h3,h4,.headline{break-after:avoid}
a{color:inherit;text-decoration:none}
}`;

/**
 * One page of HTML with every message in each of `locales`, English beside it, for a native reader: no
 * script, nothing loaded from elsewhere.
 *
 * @param locales of `supportedLocales()`.
 */
export function reviewPage(locales: readonly string[]): string {
  const groups = reviewScenes();
  return `<!doctype html>
<html lang="en" dir="ltr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Messages for review</title>
<style>${STYLE}
</style>
<h1>Messages for review</h1>
<p>Every message that families can get, with English beside it. The text of a language is in
<code>src/alerts/messages/</code>; <code>docs/translating.md</code> says how to review and correct it. The
school, the times and the counts are made up.</p>
<table>
<tr><th>Language<th>In English<th>Tag<th>Reviewed by a native reader
${locales.map(contentsRow).join('\n')}
</table>
${locales.map((locale) => section(locale, groups)).join('\n')}
</html>
`;
}

function contentsRow(locale: string): string {
  const { name, direction, reviewed } = localeMeta(locale);
  return `<tr><td><a href="#${locale}"><span lang="${locale}" dir="${direction}">${escapeHtml(name)}</span></a><td>${escapeHtml(englishName(locale))}<td><code>${locale}</code><td>${yesOrNo(reviewed)}`;
}

function section(locale: string, groups: SceneGroup[]): string {
  const { name, direction, units, reviewed } = localeMeta(locale);
  const firstSeen = new Map<string, string>();
  const body = groups.map(
    ({ title, scenes }) =>
      `<h3>${title}</h3>\n${scenes.map((each) => message(locale, each, firstSeen)).join('\n')}`,
  );
  return `<section id="${locale}">
<h2><span lang="${locale}" dir="${direction}">${escapeHtml(name)}</span> · ${escapeHtml(englishName(locale))}</h2>
<dl>
<dt>File<dd><code>src/alerts/messages/${locale}.json</code>
<dt>Direction<dd>${direction === 'rtl' ? 'right to left' : 'left to right'}
<dt>Distances<dd>${units}
<dt>Reviewed<dd>${yesOrNo(reviewed)}
</dl>
${body.join('\n')}
</section>`;
}

/** An instruction is long and seldom differs: it is shown where it is first read. */
function message(
  locale: string,
  { label, draft, context }: ReviewScene,
  firstSeen: Map<string, string>,
): string {
  const english = renderAlert(draft, 'en', context);
  const own = renderAlert(draft, locale, context);
  const earlier = firstSeen.get(own.instruction);
  if (earlier === undefined) firstSeen.set(own.instruction, label);
  const { direction } = localeMeta(locale);
  const rows = PARTS.map((part) => {
    if (part === 'instruction' && earlier !== undefined)
      return `<p class="same">Instruction as under “${escapeHtml(earlier)}”.</p>`;
    const translated = paragraph(part, 'text', own[part], locale, direction);
    if (locale === 'en') return translated;
    return `<div class="pair">\n${paragraph(part, 'source', english[part], 'en', 'ltr')}\n${translated}\n</div>`;
  });
  return `<article>\n<h4>${escapeHtml(label)}</h4>\n${rows.join('\n')}\n</article>`;
}

const paragraph = (part: Part, role: string, text: string, locale: string, direction: string) =>
  `<p class="${role} ${part}" lang="${locale}" dir="${direction}">${escapeHtml(text)}</p>`;

const englishName = (locale: string) =>
  new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;

const yesOrNo = (reviewed: boolean) => (reviewed ? 'yes' : '<span class="no">not yet</span>');
