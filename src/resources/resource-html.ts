import { escapeHtml } from '../platform/html.js';
import type { KitWords } from './kit-words.js';
import type { Resource } from './resource.js';

/** A link that tells the site it leads to nothing. */
export const linkHtml = (url: string, text: string): string =>
  `<a href="${escapeHtml(url)}" rel="noopener noreferrer" dir="auto">${escapeHtml(text)}</a>`;

/** Language and direction of a resource, where they are not the page’s own. */
export const wordsAttributes = (
  { locale }: Pick<Resource, 'locale'>,
  { meta }: KitWords,
): string => (locale === meta.locale ? '' : ` lang="${escapeHtml(locale)}" dir="auto"`);

/** Plain text as paragraphs and lists: blank lines part them, and `- ` begins an item. */
export function bodyHtml(body: string | null): string {
  if (body === null) return '';
  return body
    .split(/\n\s*\n/)
    .flatMap((block) => block.split(/\n(?=- )/))
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .map((piece) =>
      piece.startsWith('- ')
        ? { item: true, html: `<li>${escapeHtml(piece.slice(2))}</li>` }
        : { item: false, html: `<p>${escapeHtml(piece)}</p>` },
    )
    .reduce((html, { item, html: next }) => {
      if (!item) return html + next;
      return html.endsWith('</ul>')
        ? `${html.slice(0, -'</ul>'.length)}${next}</ul>`
        : `${html}<ul>${next}</ul>`;
    }, '');
}
