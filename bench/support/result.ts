/** What one round of one contestant took. */
export interface Measure {
  items: number;
  seconds: number;
  /** User and system time of the contestant's own processes, over all items. */
  cpuMicros: number;
  /** Resident memory at its highest in this round. */
  peakMb?: number;
  /** Figures of this contestant alone, each by what it counts. */
  more?: Record<string, number>;
}

/** Over all rounds: medians, and how far the rounds lay apart. */
export interface Summary {
  perSecond: number;
  /** Lowest and highest of the rounds. */
  perSecondSpread: [number, number];
  /** Per item. */
  cpuMicros: number;
  peakMb?: number;
  [more: string]: unknown;
}

/** A ratio that this project wants to reach. */
export interface Goal {
  ratio: number;
  /** `ratio` must be at least, or at most, this. */
  atLeast?: number;
  atMost?: number;
}

export interface Result {
  bench: string;
  rounds: number;
  items: number;
  campana: Summary;
  peers: Record<string, Summary>;
  /** Each the median of the rounds' own ratios: contestants of one round share the machine's mood. */
  ratios: Record<string, number>;
  met: Record<string, boolean>;
  /** What was measured on, and what else must be known to read it. */
  notes: string[];
}

export function isMet({ ratio, atLeast = -Infinity, atMost = Infinity }: Goal): boolean {
  return ratio >= atLeast && ratio <= atMost;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function summary(measures: readonly Measure[]): Summary {
  const rates = measures.map(({ items, seconds }) => items / seconds);
  const peaks = measures.flatMap(({ peakMb }) => (peakMb === undefined ? [] : [peakMb]));
  const names = Object.keys(measures[0]?.more ?? {});
  return {
    perSecond: rounded(median(rates)),
    perSecondSpread: [rounded(Math.min(...rates)), rounded(Math.max(...rates))],
    cpuMicros: rounded(median(measures.map(({ cpuMicros, items }) => cpuMicros / items))),
    ...(peaks.length > 0 && { peakMb: rounded(Math.max(...peaks)) }),
    ...Object.fromEntries(
      names.map((name) => [name, rounded(median(measures.map(({ more }) => more![name]!)))]),
    ),
  };
}

/** The median of one figure's ratios, round by round. */
export function ratioOf(
  these: readonly Measure[],
  those: readonly Measure[],
  figure: (measure: Measure) => number,
): number {
  return rounded(median(these.map((measure, round) => figure(measure) / figure(those[round]!))));
}

export const perSecond = ({ items, seconds }: Measure) => items / seconds;
export const cpuPerItem = ({ items, cpuMicros }: Measure) => cpuMicros / items;

/** Three significant digits: more would pretend. */
export function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}
