import { escapeHtml } from '../../platform/html.js';
import { writingOf, type Brief } from './brief.js';
import {
  departuresSection,
  glance,
  happenedSection,
  methodSection,
  peopleSection,
  promisedSection,
  speedSection,
  whereSection,
} from './brief-sections.js';
import { BRIEF_POLICY, BRIEF_STYLE } from './brief-style.js';
import type { BriefWords } from './brief-words.js';

/** A page that needs nothing but itself: no script, no picture or font from elsewhere. */
export function briefPage(brief: Brief): string {
  const writing = writingOf(brief.locale);
  const { words, day } = writing;
  const { district, period, figures } = brief;
  const title = `${words.title}: ${district.name}`;
  const about = `${words.period(day(period.from), day(period.to))} · ${words.madeOn(day(brief.madeOn))}`;
  const place = `${district.name}, ${district.state} (LEAID ${district.id})`;
  return `<!doctype html>
<html lang="${brief.locale}">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${escapeHtml(BRIEF_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(figures.synthetic ? `${words.synthetic.split('.')[0]} – ${title}` : title)}</title>
<style>${BRIEF_STYLE}</style>
</head>
<body>
${synthetic(brief, words)}
<header>
<p>${escapeHtml(words.title)}</p>
<h1>${escapeHtml(district.name)}</h1>
<p>${escapeHtml(place)}<br>${escapeHtml(about)}</p>
</header>
<main>
${[
  glance(brief, writing),
  promisedSection(brief, writing),
  happenedSection(brief, writing),
  peopleSection(brief, writing),
  whereSection(brief, writing),
  speedSection(brief, writing),
  departuresSection(brief, writing),
  methodSection(brief, writing),
]
  .filter(Boolean)
  .join('\n')}
</main>
${synthetic(brief, words)}
</body>
</html>
`;
}

const synthetic = ({ figures }: Brief, words: BriefWords): string =>
  figures.synthetic ? `<p class="synthetic">${escapeHtml(words.synthetic)}</p>` : '';
