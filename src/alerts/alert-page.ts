import type { AlertPayload } from './messages.js';

/** A page of its own for one incident's messages, the latest first and largest. No script. */
export function alertPage(messages: AlertPayload[], direction: 'ltr' | 'rtl'): string {
  const [latest, ...earlier] = [...messages].reverse();
  const { locale, headline } = latest!;
  return `<!doctype html>
<html lang="${escape(locale)}" dir="${direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(headline)}</title>
<style>
body{font:1.1rem/1.55 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem;line-height:1.25}
article+article{margin-top:2rem;padding-top:1rem;border-top:1px solid #ccc;color:#555;font-size:1rem}
time{color:#555;font-size:.9rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}article+article,time{color:#aaa}}
</style>
<main>
${section(latest!, 'h1')}
${earlier.map((message) => section(message, 'h2')).join('\n')}
</main>
</html>
`;
}

const section = ({ headline, body, instruction, sent, locale }: AlertPayload, heading: string) =>
  `<article>
<${heading}>${escape(headline)}</${heading}>
<p>${escape(body)}</p>
<p>${escape(instruction)}</p>
<p><time datetime="${escape(sent)}">${escape(when(sent, locale))}</time></p>
</article>`;

const when = (sent: string, locale: string) =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(new Date(sent)) + ' UTC';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
