import { escapeHtml } from '../../platform/html.js';
import { BUCKETS } from '../buckets.js';
import { barChart } from './bar-chart.js';
import { mapFigure } from './brief-map.js';
import type { Brief, Writing } from './brief.js';
import { htmlTable, pictured, type TableCell } from './brief-tables.js';

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;
const heading = (text: string): string => `<h2>${escapeHtml(text)}</h2>`;
const section = (title: string, ...parts: string[]): string =>
  `<section>${heading(title)}\n${parts.filter(Boolean).join('\n')}</section>`;

/** Four figures that say most. */
export function glance({ figures }: Brief, { words, number }: Writing): string {
  const { glance } = words;
  if (figures.incidents === 0) return section(glance.title, paragraph(glance.none));
  const { median } = figures.verification;
  const small = (text: string) => `<span class="small">${escapeHtml(text)}</span>`;
  const all = [
    [number(figures.incidents), glance.incidents],
    [number(figures.schools.length), glance.schools],
    [median === null ? small(glance.notShown) : glance.minutes(number(median)), glance.median],
    [number(figures.departed), glance.departed],
  ].map(([value, name]) => `<div><dt>${escapeHtml(name!)}</dt><dd>${value}</dd></div>`);
  return section(glance.title, `<dl class="glance">${all.join('')}</dl>`);
}

/** Policies with the documents they stand in. */
export function promisedSection({ policies }: Brief, { words, day }: Writing): string {
  const { promised } = words;
  if (policies.length === 0) return section(promised.title, paragraph(promised.none));
  const rows = policies.map((policy) => [
    words.policies[policy.kind],
    day(policy.effectiveFrom),
    policy.effectiveUntil === null ? promised.openEnd : day(policy.effectiveUntil),
    {
      html: `${source(policy.sourceUrl, promised.noAddress)}<br><span class="digest">${promised.digest} ${policy.sourceSha256}</span>`,
    },
  ]);
  const heads = Object.values(promised.heads);
  return section(promised.title, paragraph(promised.intro), htmlTable({ heads, rows }));
}

/** An address may have been removed from the record; its digest stays. */
function source(url: string | null, none: string): string {
  if (url === null) return escapeHtml(none);
  return `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(url)}</a>`;
}

/** Incidents by month, by what was seen, by agency. */
export function happenedSection({ figures }: Brief, writing: Writing): string {
  const { words, number, month } = writing;
  const { happened } = words;
  const { incidents, retracted, months } = figures;
  const wrong = retracted > 0 ? paragraph(happened.retracted(retracted, number(retracted))) : '';
  if (incidents === 0) return section(happened.title, paragraph(happened.none), wrong);
  const busiest = months.reduce((most, one) => (one.incidents > most.incidents ? one : most));
  const bars = months.map(({ key, incidents: count }) => ({
    ...{ label: month(key, true), count, text: number(count) },
  }));
  const alt = happened.chartAlt(month(busiest.key), number(busiest.incidents));
  const chart = barChart(bars, { id: 'months', title: happened.chart, alt });
  const table = {
    heads: [happened.heads.month, { number: happened.heads.incidents }],
    rows: months.map((one) => [month(one.key), { number: number(one.incidents) }]),
  };
  const counts = (caption: string, head: string, names: object, all: typeof months) =>
    htmlTable({
      ...{ caption, heads: [head, { number: happened.heads.incidents }] },
      rows: all.map(({ key, incidents: count }) => [
        (names as Record<string, string>)[key] ?? key,
        { number: number(count) },
      ]),
    });
  const { activity, agency } = happened.heads;
  return section(
    happened.title,
    paragraph(happened.intro(incidents, number(incidents))),
    wrong,
    pictured(chart, { title: happened.chart, summary: words.table }, table),
    `<div class="two">${counts(happened.activities, activity, words.activities, figures.activities)}${counts(happened.agencies, agency, words.agencies, figures.agencies)}</div>`,
  );
}

/** What people went through, in bands. */
export function peopleSection({ figures }: Brief, { words, number }: Writing): string {
  const { people } = words;
  if (figures.incidents === 0) return '';
  const { studentsAffected, detained, largestBand } = figures.people;
  const count = (shown: number | null) =>
    shown === null ? people.few : people.about(number(shown));
  const largest = largestBand ? words.bands[largestBand] : people.notRecorded;
  const rows: TableCell[][] = [
    [people.affected, { number: count(studentsAffected) }],
    [people.largest, { number: largest }],
    [people.detained, { number: count(detained) }],
  ];
  const body = rows.map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name as string)}</th><td class="number">${escapeHtml((value as { number: string }).number)}</td></tr>`,
  );
  return section(
    people.title,
    paragraph(people.intro),
    `<table class="people"><tbody>${body.join('')}</tbody></table>`,
  );
}

export const whereSection = (brief: Brief, writing: Writing): string =>
  section(
    writing.words.where.title,
    paragraph(writing.words.where.intro),
    mapFigure(brief, writing),
  );

/** How long it took until a second person had verified. */
export function speedSection({ figures }: Brief, { words, number }: Writing): string {
  const { speed } = words;
  const { incidents, median, ninetieth, buckets } = figures.verification;
  if (figures.incidents === 0) return '';
  if (median === null || ninetieth === null || !buckets)
    return section(speed.title, paragraph(speed.few));
  const names = [
    ...BUCKETS.map((bound, index) =>
      index === 0 ? speed.upTo(number(bound)) : `${number(BUCKETS[index - 1]!)}–${number(bound)}`,
    ),
    speed.longer(number(BUCKETS.at(-1)!)),
  ];
  const bars = buckets.map((count, index) => ({
    ...{ label: names[index]!, count, text: number(count) },
  }));
  const quick = buckets.slice(0, BUCKETS.indexOf(10) + 1).reduce((sum, one) => sum + one, 0);
  const share = new Intl.NumberFormat(words.locale, { style: 'percent' }).format(quick / incidents);
  const chart = barChart(bars, { id: 'speed', title: speed.chart, alt: speed.chartAlt(share) });
  const table = {
    heads: [speed.heads.minutes, { number: speed.heads.incidents }],
    rows: buckets.map((count, index) => [names[index]!, { number: number(count) }]),
  };
  return section(
    speed.title,
    paragraph(speed.intro(number(incidents), number(median), number(ninetieth))),
    pictured(chart, { title: speed.chart, summary: words.table }, table),
  );
}

/** By rule, with how certain they are. */
export function departuresSection({ figures }: Brief, { words, number }: Writing): string {
  const { departures } = words;
  if (figures.departures.length === 0) return section(departures.title, paragraph(departures.none));
  const { rule, policy, incidents, CONFIRMED, ALLEGED, DISPUTED } = departures.heads;
  const numbers = [incidents, CONFIRMED, ALLEGED, DISPUTED].map((one) => ({ number: one }));
  const rows = figures.departures.map((one) => [
    ...[words.rules[one.rule], words.policies[one.policy]],
    { number: number(one.incidents) },
    ...(['CONFIRMED', 'ALLEGED', 'DISPUTED'] as const).map((certainty) => ({
      number: number(one.certainties[certainty]),
    })),
  ]);
  return section(
    departures.title,
    paragraph(departures.intro),
    htmlTable({ heads: [rule, policy, ...numbers], rows }),
  );
}

/** How the figures were made, what they do not show, and where the record is. */
export function methodSection(brief: Brief, { words, number }: Writing): string {
  const { incidents, recorded } = brief.figures;
  const points = words.method.points({
    ...{ incidents: number(incidents), recorded: number(recorded) },
    ...{ ledgerSize: number(brief.ledger.size), ledgerHead: brief.ledger.head },
    ...{ address: brief.address, briefId: brief.id },
  });
  const items = points.map((point) => `<li>${escapeHtml(point)}</li>`);
  return section(words.method.title, `<ol class="method">${items.join('')}</ol>`);
}
