/** Longitude and latitude, degrees WGS 84, as GeoJSON has them. */
export type Position = readonly [number, number];
/** Rings of each part: the outer first, then holes; the first position is the last, too. */
export type Outline = readonly (readonly (readonly Position[])[])[];

/** Where a district lies, from a file. */
export interface DistrictOutline {
  districtId: string;
  outline: Outline;
}

export interface OutlineProblem {
  /** Of the feature in its collection, from 1. */
  feature: number;
  message: string;
}

/** Names that the Census Bureau and NCES give to the district’s id. */
const ID_NAMES = ['LEAID', 'GEOID', 'GEOID20', 'GEOID10'];
/** What a printed page does not show: some 50 meters. */
const TOLERANCE_DEGREES = 0.0005;
const MOST_POSITIONS = 200_000;

/**
 * District outlines from GeoJSON (RFC 7946) of the Census Bureau or NCES, simplified.
 * @returns those that can be used, and what is wrong with the others; undefined: no FeatureCollection.
 */
export function outlinesOf(
  json: unknown,
): { outlines: DistrictOutline[]; problems: OutlineProblem[] } | undefined {
  const { type, features } = (json ?? {}) as { type?: unknown; features?: unknown };
  if (type !== 'FeatureCollection' || !Array.isArray(features)) return undefined;
  const outlines: DistrictOutline[] = [];
  const problems: OutlineProblem[] = [];
  const seen = new Set<string>();
  features.forEach((feature, index) => {
    const found = outlineOf(feature as Partial<Feature> | null);
    const twice = typeof found !== 'string' && seen.has(found.districtId);
    if (typeof found === 'string' || twice)
      problems.push({
        feature: index + 1,
        message: typeof found === 'string' ? found : `${found.districtId} is there twice`,
      });
    else {
      seen.add(found.districtId);
      outlines.push(found);
    }
  });
  return { outlines, problems };
}

interface Feature {
  properties: Record<string, unknown> | null;
  geometry: { type?: unknown; coordinates?: unknown } | null;
}

function outlineOf(feature: Partial<Feature> | null): DistrictOutline | string {
  const properties = feature?.properties ?? {};
  const districtId = ID_NAMES.map((name) => properties[name]).find((id) => id !== undefined);
  if (typeof districtId !== 'string' || !/^\d{7}$/.test(districtId))
    return 'has no LEAID or GEOID of 7 digits';
  const { type, coordinates } = feature?.geometry ?? {};
  const parts = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : null;
  if (!isOutline(parts)) return `${districtId} is no Polygon or MultiPolygon in degrees`;
  if (parts.flat(2).length > MOST_POSITIONS) return `${districtId} has too many corners`;
  const outline = parts.map((rings) => rings.map(simplified).filter((ring) => ring.length >= 4));
  return { districtId, outline: outline.filter((rings) => rings.length > 0) };
}

const isOutline = (parts: unknown): parts is Position[][][] =>
  Array.isArray(parts) &&
  parts.length > 0 &&
  parts.every((rings) => Array.isArray(rings) && rings.length > 0 && rings.every(isRing));

function isRing(ring: unknown): ring is Position[] {
  if (!Array.isArray(ring) || ring.length < 4 || !ring.every(isPosition)) return false;
  const [first, last] = [ring[0] as Position, ring.at(-1) as Position];
  return first[0] === last[0] && first[1] === last[1];
}

const isPosition = (at: unknown): at is Position =>
  Array.isArray(at) &&
  at.length >= 2 &&
  Math.abs(Number(at[0])) <= 180 &&
  Math.abs(Number(at[1])) <= 90;

/** Fewer corners, none of which lies farther away than the tolerance (Ramer, Douglas, Peucker). */
export function simplified(ring: readonly Position[]): Position[] {
  const keep = new Set([0, ring.length - 1]);
  const spans: [number, number][] = [[0, ring.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let farthest = from;
    let distance = TOLERANCE_DEGREES;
    for (let at = from + 1; at < to; at++) {
      const away = distanceToSegment(ring[at]!, ring[from]!, ring[to]!);
      if (away > distance) [farthest, distance] = [at, away];
    }
    if (farthest === from) continue;
    keep.add(farthest);
    spans.push([from, farthest], [farthest, to]);
  }
  return ring.filter((_, at) => keep.has(at)).map(([x, y]) => [x, y]);
}

function distanceToSegment([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
