import { scaleBand, scaleLinear } from 'd3-scale';
import { escapeHtml } from '../../platform/html.js';

export interface Bar {
  label: string;
  /** Whole and not negative. */
  count: number;
  /** As the language writes it. */
  text: string;
}

export interface ChartText {
  title: string;
  /** What somebody hears who does not see it. */
  alt: string;
  /** Makes ids of this chart differ from those of others on the page. */
  id: string;
}

const WIDTH = 720;
const HEIGHT = 240;
const MARGIN = { top: 18, right: 8, bottom: 44, left: 40 };
/** More labels than this would touch one another. */
const MOST_LABELS = 13;
const TICKS = 4;

/** Bars as SVG, from what the scales of d3 say. Each has its count above it. */
export function barChart(bars: readonly Bar[], text: ChartText): string {
  const x = scaleBand<number>()
    .domain(bars.map((_, index) => index))
    .range([MARGIN.left, WIDTH - MARGIN.right])
    .padding(0.25);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const y = scaleLinear()
    .domain([0, most])
    .nice(TICKS)
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const every = Math.ceil(bars.length / MOST_LABELS);
  const marks = bars.map((bar, index) => {
    const [left, width, top] = [x(index)!, x.bandwidth(), y(bar.count)];
    const middle = fixed(left + width / 2);
    const height = fixed(y(0) - top);
    return [
      `<rect class="bar" x="${fixed(left)}" y="${fixed(top)}" width="${fixed(width)}" height="${height}"/>`,
      bar.count > 0 && bars.length <= 24
        ? `<text class="count" x="${middle}" y="${fixed(top - 4)}">${escapeHtml(bar.text)}</text>`
        : '',
      index % every === 0
        ? `<text class="label" x="${middle}" y="${HEIGHT - MARGIN.bottom + 16}">${label(bar.label, middle)}</text>`
        : '',
    ].join('');
  });
  const ticks = y
    .ticks(TICKS)
    .filter(Number.isInteger)
    .map((tick) => {
      const at = fixed(y(tick));
      return `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}"/><text class="tick" x="${MARGIN.left - 6}" y="${at}">${tick}</text>`;
    });
  return svg(text, WIDTH, HEIGHT, ticks.join('') + marks.join(''));
}

/** Words of a label one below the other. */
const label = (text: string, middle: string): string =>
  text
    .split('\n')
    .map(
      (line, index) =>
        `<tspan x="${middle}" dy="${index === 0 ? 0 : 13}">${escapeHtml(line)}</tspan>`,
    )
    .join('');

export const fixed = (number: number): string => String(Math.round(number * 10) / 10);

/** A picture with its title and description for those who do not see it. */
export const svg = (
  { id, title, alt }: ChartText,
  width: number,
  height: number,
  body: string,
): string =>
  `<svg role="img" aria-labelledby="${id}-title ${id}-alt" viewBox="0 0 ${fixed(width)} ${fixed(height)}" width="100%" preserveAspectRatio="xMidYMid meet"><title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-alt">${escapeHtml(alt)}</desc>${body}</svg>`;
