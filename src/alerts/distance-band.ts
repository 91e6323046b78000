/** How far from the school, as coarse as the public is told. */
export const DISTANCE_BANDS = ['AT', 'QUARTER_MILE', 'HALF_MILE', 'ONE_MILE', 'BEYOND'] as const;
export type DistanceBand = (typeof DISTANCE_BANDS)[number];

export type Units = 'imperial' | 'metric';

const METERS_PER_MILE = 1609.344;

/** Upper edges in meters, inclusive, nearest first. */
const EDGES: readonly (readonly [number, DistanceBand])[] = [
  [100, 'AT'],
  [METERS_PER_MILE / 4, 'QUARTER_MILE'],
  [METERS_PER_MILE / 2, 'HALF_MILE'],
  [METERS_PER_MILE, 'ONE_MILE'],
];

/** The words of each band's edge; BEYOND is told by the edge it lies past. */
const MEASURES = {
  QUARTER_MILE: { mile: '¼', unit: 'meter', amount: 400 },
  HALF_MILE: { mile: '½', unit: 'meter', amount: 800 },
  ONE_MILE: { mile: '1', unit: 'kilometer', amount: 1.6 },
  BEYOND: { mile: '1', unit: 'kilometer', amount: 1.6 },
} as const satisfies Record<Exclude<DistanceBand, 'AT'>, object>;

/** @throws RangeError when `meters` is negative or not a number. */
export function distanceBand(meters: number): DistanceBand {
  if (!(meters >= 0)) throw new RangeError('a distance is zero or more meters');
  return EDGES.find(([edge]) => meters <= edge)?.[1] ?? 'BEYOND';
}

/** Whole meters within which everything of a band lies; null for BEYOND, which has no outer edge. */
export function outerEdgeMeters(band: DistanceBand): number | null {
  const edge = EDGES.find(([, name]) => name === band)?.[0];
  return edge === undefined ? null : Math.ceil(edge);
}

/**
 * The edge of a band in a locale's words: "¼ mile", "800 m", "1.6 km"; empty for AT.
 *
 * @param locale BCP 47, well formed.
 */
export function formatBandDistance(band: DistanceBand, units: Units, locale: string): string {
  if (band === 'AT') return '';
  const { mile, unit, amount } = MEASURES[band];
  if (units === 'metric') {
    return new Intl.NumberFormat(locale, { style: 'unit', unit }).format(amount);
  }
  // Intl writes a quarter as "0.25 miles"; road signs and people write "¼ mile".
  return new Intl.NumberFormat(locale, { style: 'unit', unit: 'mile', unitDisplay: 'long' })
    .formatToParts(1)
    .map((part) => (part.type === 'integer' ? mile : part.value))
    .join('');
}
