import { escapeHtml } from '../platform/html.js';
import type { KitWords } from '../resources/kit-words.js';
import { bodyHtml, linkHtml, wordsAttributes } from '../resources/resource-html.js';
import type { Resource } from '../resources/resource.js';
import type { UnsignedPayload } from './messages.js';

export interface PageSetting {
  direction: 'ltr' | 'rtl';
  /** IANA zone of the school: times are told as the clock on its wall shows them. */
  timeZone: string;
  /** What to do, for families of the district, as it holds today. */
  resources: readonly Resource[];
  /** Of the page about them, in the page’s language. */
  words: KitWords;
  /** The district’s kit, to print. */
  kitUrl: string;
}

/** A page of its own for one incident's messages, the latest first and largest. No script. */
export function alertPage(
  messages: UnsignedPayload[],
  { direction, timeZone, ...kit }: PageSetting,
): string {
  const [latest, ...earlier] = [...messages].reverse();
  const { locale, headline } = latest!;
  return `<!doctype html>
<html lang="${escapeHtml(locale)}" dir="${direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(headline)}</title>
<style>
body{font:1.1rem/1.55 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.15rem;line-height:1.3}
h3{font-size:1rem;margin-bottom:.2rem}
a{color:inherit}
article+section,section+article,article+article{margin-top:2rem;padding-top:1rem;border-top:1px solid #ccc}
section+article{color:#555;font-size:1rem}
time{color:#555;font-size:.9rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}section+article,time{color:#aaa}}
</style>
<main>
${section(latest!, 'h1', timeZone)}
${rights(kit)}
${earlier.map((message) => section(message, 'h2', timeZone)).join('\n')}
</main>
</html>
`;
}

const section = (message: UnsignedPayload, heading: string, timeZone: string) =>
  `<article>
<${heading}>${escapeHtml(message.headline)}</${heading}>
<p>${escapeHtml(message.body)}</p>
<p>${escapeHtml(message.instruction)}</p>
<p><time datetime="${escapeHtml(message.sent)}">${escapeHtml(span(message, timeZone))}</time></p>
</article>`;

/** What to do, below the message and above earlier ones. */
function rights({ resources, words, kitUrl }: Omit<PageSetting, 'direction' | 'timeZone'>): string {
  const { say } = words;
  const told = resources.map(
    (resource) => `<div${wordsAttributes(resource, words)}>
<h3>${escapeHtml(resource.title)}${resource.counselReviewed ? '' : ' *'}</h3>
${bodyHtml(resource.body)}${resource.url === null ? '' : `<p>${linkHtml(resource.url, resource.url)}</p>`}</div>`,
  );
  const notes = [
    say('advice'),
    ...(resources.some(({ counselReviewed }) => !counselReviewed) ? [say('counsel')] : []),
  ];
  return `<section class="rights">
<h2>${escapeHtml(say('title'))}</h2>
${told.join('\n')}
<p>${linkHtml(kitUrl, say('kit'))}</p>
<p><small>${notes.map(escapeHtml).join(' ')}</small></p>
</section>`;
}

/** From when until when the message holds, in the school's own time. */
const span = ({ sent, expires, locale }: UnsignedPayload, timeZone: string) =>
  new Intl.DateTimeFormat([locale, 'en'], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).formatRange(new Date(sent), new Date(expires));
