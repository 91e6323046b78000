/** What one cell of a table holds; null: nothing is known. */
export type Cell = string | number | boolean | Date | null;

/**
 * Text that a spreadsheet may take for a formula: = + - @, also in full width, or a tab or line break,
 * at its start or behind quotes and blanks, which some programs strip before they look.
 */
const FORMULA = /^(?:["'`\s\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|["']*[\t\r\n])/u;

export const looksLikeFormula = (text: string): boolean => FORMULA.test(text);

/** The text with an apostrophe before what would be a formula: programs then show it as text. */
export const guarded = (text: string): string => (looksLikeFormula(text) ? `'${text}` : text);

/** A cell as text. Moments are RFC 3339 in UTC; numbers have a point and no separators. */
export function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  return String(cell);
}
