import { escapeHtml } from '../../platform/html.js';

/** A cell: text, a number as it is written, or markup that was made here. */
export type TableCell = string | { number: string } | { html: string };

export interface HtmlTable {
  heads: readonly TableCell[];
  rows: readonly (readonly TableCell[])[];
  caption?: string;
}

const numeric = (cell: TableCell | undefined): string =>
  typeof cell === 'object' && 'number' in cell ? ' class="number"' : '';

function content(cell: TableCell): string {
  if (typeof cell === 'string') return escapeHtml(cell);
  return 'html' in cell ? cell.html : escapeHtml(cell.number);
}

/** The first cell of a row is its head. */
export function htmlTable({ heads, rows, caption }: HtmlTable): string {
  const head = heads.map((cell) => `<th scope="col"${numeric(cell)}>${content(cell)}</th>`);
  const body = rows.map(([first, ...more]) => {
    const cells = more.map((cell) => `<td${numeric(cell)}>${content(cell)}</td>`);
    return `<tr><th scope="row">${content(first!)}</th>${cells.join('')}</tr>`;
  });
  const title = caption === undefined ? '' : `<caption>${escapeHtml(caption)}</caption>`;
  return `<table>${title}<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

/** A picture with the table behind it, folded away on a screen and open on paper. */
export function pictured(
  svg: string,
  { title, after = '', summary }: { title: string; after?: string; summary: string },
  table: HtmlTable,
): string {
  return `<figure class="chart"><figcaption>${escapeHtml(title)}</figcaption>${svg}${after}</figure>
<details><summary>${escapeHtml(summary)}</summary>${htmlTable(table)}</details>`;
}
