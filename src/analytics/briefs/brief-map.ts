import { escapeHtml } from '../../platform/html.js';
import type { Brief, Writing } from './brief.js';
import { htmlTable } from './brief-tables.js';
import { SHADES, districtMap } from './district-map.js';

/** A page has room for so many. */
const MOST_SCHOOLS = 25;
const MOST_CELLS = 12;

/** The map with its legend, where its outline comes from, and the tables behind it. */
export function mapFigure(brief: Brief, writing: Writing): string {
  const { figures, ground } = brief;
  const { words, number } = writing;
  const { where } = words;
  const near = new Set(figures.schools.map(({ key }) => key));
  const svg = districtMap(
    { outline: ground.outline?.outline ?? null, schools: ground.schools },
    figures.cells,
    near,
    {
      ...{ id: 'map', title: where.title },
      alt: where.mapAlt(number(near.size), number(figures.incidents)),
    },
  );
  const about = ground.outline ? where.outlineFrom(ground.outline.source) : where.noOutline;
  const picture =
    svg === ''
      ? ''
      : `<figure>${svg}${legend(brief, writing)}<p class="note">${escapeHtml(about)}</p></figure>`;
  return picture + (figures.incidents === 0 ? '' : tables(brief, writing));
}

function tables({ figures }: Brief, { words, number }: Writing): string {
  const { where } = words;
  const heads = [where.heads.school, { number: where.heads.incidents }];
  const schools = figures.schools.slice(0, MOST_SCHOOLS);
  const left = figures.schools.slice(MOST_SCHOOLS);
  const rest = left.reduce((sum, { incidents }) => sum + incidents, 0);
  const rows = [
    ...schools.map(({ name, incidents }) => [name, { number: number(incidents) }]),
    ...(left.length > 0 ? [[where.more(number(left.length)), { number: number(rest) }]] : []),
  ];
  const cells = htmlTable({
    heads: [where.cell, { number: where.heads.incidents }],
    rows: figures.cells
      .slice(0, MOST_CELLS)
      .map(({ key, incidents }) => [key, { number: number(incidents) }]),
  });
  return `${htmlTable({ heads, rows })}
<details><summary>${escapeHtml(where.cellsTable)}</summary>${cells}</details>`;
}

function legend({ figures, ground }: Brief, { words }: Writing): string {
  const names = words.where.legend;
  const key = (body: string, width: number) =>
    `<svg aria-hidden="true" viewBox="0 0 ${width} 14" width="${width}" height="14">${body}</svg>`;
  const shades = Array.from(
    { length: SHADES },
    (_, index) => `<rect class="cell shade${index}" x="${index * 14}" width="13" height="14"/>`,
  ).join('');
  const dot = (name: string, radius: number) =>
    key(`<circle class="${name}" cx="7" cy="7" r="${radius}"/>`, 14);
  const border = `<rect class="district${ground.outline ? '' : ' hull'}" x="1" y="1" width="20" height="12"/>`;
  const items = [
    ...(figures.incidents > 0
      ? [
          [key(shades, SHADES * 14), names.cells],
          [dot('school near', 4), names.schools],
        ]
      : []),
    [dot('school', 3), names.otherSchools],
    ...(ground.outline ? [[key(border, 22), names.outline]] : []),
  ];
  return `<ul class="legend">${items.map(([mark, name]) => `<li>${mark}${escapeHtml(name!)}</li>`).join('')}</ul>`;
}
