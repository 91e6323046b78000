import { geoIdentity, geoPath, type GeoPermissibleObjects } from 'd3-geo';
import { scaleQuantize } from 'd3-scale';
import { cellToBoundary, cellsToMultiPolygon, gridDisk } from 'h3-js';
import { cellAt, type Point } from '../../geo/h3.js';
import type { Outline, Position } from '../../schools/outline.js';
import { fixed, svg, type ChartText } from './bar-chart.js';
import { BRIEF_CELL, type Counted } from './brief-figures.js';

export interface MapGround {
  /** Null: none is known, and a line is drawn around the cells of the schools. */
  outline: Outline | null;
  schools: readonly (Point & { id: string })[];
}

const WIDTH = 720;
const MARGIN = 10;
const LEAST_HEIGHT = 300;
const MOST_HEIGHT = 560;
/** Around what is shown, as a share of it. */
const PADDING = 0.12;
/** Where what is shown is less of the district than this, the whole of it stands in a corner. */
const SMALL_PART = 0.6;
const INSET = 130;
/** Shades by how many, from few to many. */
export const SHADES = 4;

type Flat = [number, number];

/**
 * Schools, and cells with incidents, over the district: an equirectangular map of where its schools
 * are, north up, with the whole district in a corner where it is much larger.
 */
export function districtMap(
  ground: MapGround,
  cells: readonly Counted[],
  schools: ReadonlySet<string>,
  text: ChartText,
): string {
  const rings = cells.map(({ key }) => cellToBoundary(key, true) as unknown as Position[]);
  const seen = [...rings.flat(), ...ground.schools.map(positionOf)];
  if (seen.length === 0) return '';
  const outline = ground.outline ?? hullOf(ground.schools);
  const flat = flattened(seen);
  const part = boundsOf(seen.map(flat), PADDING);
  const whole = boundsOf(outline.flat(2).map(flat), 0);
  const isSmall = widthOf(part) * heightOf(part) < SMALL_PART * widthOf(whole) * heightOf(whole);
  const shown = isSmall ? part : boundsOf([...part, ...whole], 0.02);
  const height = Math.min(
    MOST_HEIGHT,
    Math.max(LEAST_HEIGHT, (WIDTH * heightOf(shown)) / widthOf(shown)),
  );
  const { path, project } = fitted(shown, [MARGIN, MARGIN, WIDTH - MARGIN, height - MARGIN]);
  const areaOf = (parts: Outline) => path(multiPolygon(parts, flat)) ?? '';
  const district = `<path class="${ground.outline ? 'district' : 'district hull'}" d="${areaOf(outline)}"/>`;
  const shade = shades(cells);
  const hexagons = rings.map(
    (ring, index) =>
      `<path class="cell shade${shade(cells[index]!.incidents)}" d="${areaOf([[ring]])}"/>`,
  );
  const dots = dotsOf(ground.schools, schools, (school) => project(flat(positionOf(school))));
  const inset = isSmall ? insetOf(outline, { flat, shown, whole, height }) : '';
  return svg(text, WIDTH, height, [district, ...hexagons, ...dots, inset].join(''));
}

/** Those near an incident above the others. */
function dotsOf(
  all: MapGround['schools'],
  near: ReadonlySet<string>,
  at: (school: Point) => Flat,
): string[] {
  return [...all]
    .sort((a, b) => Number(near.has(a.id)) - Number(near.has(b.id)))
    .map((school) => {
      const [x, y] = at(school);
      const [name, radius] = near.has(school.id) ? ['school near', 4.5] : ['school', 2.2];
      return `<circle class="${name}" cx="${fixed(x)}" cy="${fixed(y)}" r="${radius}"/>`;
    });
}

interface Inset {
  flat: (at: Position) => Flat;
  shown: [Flat, Flat];
  whole: [Flat, Flat];
  height: number;
}

/** The whole district, and which part of it is shown. */
function insetOf(outline: Outline, { flat, shown, whole, height }: Inset): string {
  const left = WIDTH - INSET - MARGIN;
  const top = height - INSET - MARGIN;
  const all = boundsOf([...whole, ...shown], 0.05);
  const { path, project } = fitted(all, [left + 4, top + 4, left + INSET - 4, top + INSET - 4]);
  const [west, north] = project([shown[0][0], shown[1][1]]);
  const [east, south] = project([shown[1][0], shown[0][1]]);
  const frame = (name: string, x: number, y: number, width: number, tall: number) =>
    `<rect class="${name}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(tall)}"/>`;
  return (
    frame('inset', left, top, INSET, INSET) +
    `<path class="district" d="${path(multiPolygon(outline, flat)) ?? ''}"/>` +
    frame('part', west, north, east - west, south - north)
  );
}

/** From 0 to {@link SHADES} - 1. */
export function shades(cells: readonly Counted[]): (incidents: number) => number {
  const most = Math.max(1, ...cells.map(({ incidents }) => incidents));
  const shade = scaleQuantize<number>()
    .domain([0, most])
    .range(Array.from({ length: SHADES }, (_, index) => index));
  return (incidents) => (most === 1 ? SHADES - 2 : shade(incidents));
}

/** Around the cells of the schools and those beside them. */
export function hullOf(schools: readonly Point[]): Outline {
  const cells = new Set(schools.flatMap((school) => gridDisk(cellAt(school, BRIEF_CELL), 2)));
  return cellsToMultiPolygon([...cells], true) as unknown as Outline;
}

const positionOf = ({ latitude, longitude }: Point): Position => [longitude, latitude];

/** Degrees on a plane on which both count alike in the middle of what is shown. */
function flattened(all: readonly Position[]): (at: Position) => Flat {
  const latitudes = all.map(([, latitude]) => latitude);
  const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const scale = Math.cos((middle * Math.PI) / 180);
  return ([longitude, latitude]) => [longitude * scale, latitude];
}

/** South-west and north-east corner, with room around. */
function boundsOf(points: readonly Flat[], padding: number): [Flat, Flat] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [west, east, south, north] = [
    ...[Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)],
  ] as [number, number, number, number];
  // A single school is shown with a few kilometers around it.
  const more = Math.max(padding * Math.max(east - west, north - south), padding > 0 ? 0.03 : 1e-6);
  return [
    [west - more, south - more],
    [east + more, north + more],
  ];
}

const widthOf = ([[west], [east]]: [Flat, Flat]): number => east - west;
const heightOf = ([[, south], [, north]]: [Flat, Flat]): number => north - south;

const multiPolygon = (outline: Outline, flat: (at: Position) => Flat) =>
  ({
    type: 'MultiPolygon',
    coordinates: outline.map((part) => part.map((ring) => ring.map(flat))),
  }) as GeoPermissibleObjects;

/** Draws what lies in these bounds into a frame: left, top, right, bottom. */
function fitted(
  bounds: [Flat, Flat],
  [left, top, right, bottom]: [number, number, number, number],
) {
  const plane = geoIdentity().reflectY(true);
  plane.fitExtent(
    [
      [left, top],
      [right, bottom],
    ],
    { type: 'MultiPoint', coordinates: bounds } as GeoPermissibleObjects,
  );
  const path = geoPath(plane).digits(1);
  const project = (at: Flat) => (plane as unknown as (at: Flat) => Flat)(at);
  return { path, project };
}
