import { escapeHtml } from '../platform/html.js';
import type { UnsignedPayload } from './messages.js';

export interface PageSetting {
  direction: 'ltr' | 'rtl';
  /** IANA zone of the school: times are told as the clock on its wall shows them. */
  timeZone: string;
}

/** A page of its own for one incident's messages, the latest first and largest. No script. */
export function alertPage(
  messages: UnsignedPayload[],
  { direction, timeZone }: PageSetting,
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
article+article{margin-top:2rem;padding-top:1rem;border-top:1px solid #ccc;color:#555;font-size:1rem}
time{color:#555;font-size:.9rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}article+article,time{color:#aaa}}
</style>
<main>
${section(latest!, 'h1', timeZone)}
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

/** From when until when the message holds, in the school's own time. */
const span = ({ sent, expires, locale }: UnsignedPayload, timeZone: string) =>
  new Intl.DateTimeFormat([locale, 'en'], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).formatRange(new Date(sent), new Date(expires));
