import { cellText, type Cell } from './cell.js';
import type { ColumnType } from './column.js';

/** What a sheet of the Office Open XML format may hold, heads included. */
export const MOST_ROWS = 1_048_576;
const LONGEST_TEXT = 32_767;

/** Places in the list of styles below. */
const STYLES = { plain: 0, moment: 1, day: 2, head: 3 } as const;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** What XML 1.0 has no way to write. */
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

export const xmlText = (text: string): string =>
  text.replaceAll(UNWRITABLE, '\ufffd').replace(/[&<>"\r]/g, (one) => ESCAPES[one]!);

/** Letters of a column: 0 is A, 26 is AA. */
export function columnLetters(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnLetters(Math.floor(index / 26) - 1) + letter;
}

/** Days since the end of 1899, by which sheets count time. */
const serial = (millis: number): number => millis / 86_400_000 + 25_569;

/** One cell. Text is typed as text, so that no program takes it for a formula. */
function cellXml(cell: Cell, type: ColumnType | 'head', at: string): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${at}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (cell instanceof Date)
    return `<c r="${at}" s="${STYLES.moment}"><v>${serial(cell.getTime())}</v></c>`;
  if (type === 'day')
    return `<c r="${at}" s="${STYLES.day}"><v>${serial(Date.parse(`${cell}T00:00:00Z`))}</v></c>`;
  const style = type === 'head' ? ` s="${STYLES.head}"` : '';
  const text = xmlText(cellText(cell).slice(0, LONGEST_TEXT));
  return `<c r="${at}"${style} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** A row of a sheet; the first is 1. */
export function rowXml(
  cells: readonly Cell[],
  number: number,
  types: readonly ColumnType[] | 'head' | 'text',
): string {
  const xml = cells.map((cell, index) =>
    cellXml(
      cell,
      typeof types === 'string' ? types : types[index]!,
      `${columnLetters(index)}${number}`,
    ),
  );
  return `<row r="${number}">${xml.join('')}</row>`;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Heads stay in sight. */
export const sheetStart = (heads: number): string =>
  `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
  `<pane ySplit="${heads}" topLeftCell="A${heads + 1}" activePane="bottomLeft" state="frozen"/>` +
  '</sheetView></sheetViews><sheetData>';
export const SHEET_END = '</sheetData></worksheet>';

export const STYLES_XML =
  `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2">` +
  '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>' +
  '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>' +
  '<fonts count="2"><font/><font><b/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  '<cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/>' +
  '<xf numFmtId="165" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>';

export const ROOT_RELATIONS =
  `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" ` +
  `Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

/** The list of sheets, by name. */
export function workbookXml(names: readonly string[]): string {
  const sheets = names.map(
    (name, index) =>
      `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets.join('')}</sheets></workbook>`;
}

export function workbookRelations(sheets: number): string {
  const all = Array.from({ length: sheets }, (_, index) => [
    ...['worksheet', `worksheets/sheet${index + 1}.xml`],
  ]);
  const relations = [...all, ['styles', 'styles.xml']].map(
    ([kind, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${RELATIONS}">${relations.join('')}</Relationships>`;
}

export function contentTypes(sheets: number): string {
  const parts = Array.from(
    { length: sheets },
    (_, index) =>
      `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${TYPES}.worksheet+xml"/>`,
  );
  return (
    `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="application/xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>${parts.join('')}` +
    `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/></Types>`
  );
}
