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
const LEAST_HEIGHT = 260;
const MOST_HEIGHT = 620;
/** Shades by how many, from few to many. */
export const SHADES = 4;

/** Schools, and cells with incidents, over the district: an equirectangular map, north up. */
export function districtMap(
  ground: MapGround,
  cells: readonly Counted[],
  schools: ReadonlySet<string>,
  text: ChartText,
): string {
  const outline = ground.outline ?? hullOf(ground.schools);
  const rings = cells.map(({ key }) => cellToBoundary(key, true) as unknown as Position[]);
  const all = [...outline.flat(2), ...rings.flat(), ...ground.schools.map(positionOf)];
  if (all.length === 0) return '';
  const flat = flattened(all);
  const shape = {
    type: 'MultiPolygon' as const,
    coordinates: [...outline, ...rings.map((ring) => [ring])].map((part) =>
      part.map((ring) => ring.map((at) => flat(at))),
    ),
  };
  const points = { type: 'MultiPoint' as const, coordinates: all.map(flat) };
  const { path, project, height } = fitted(points as GeoPermissibleObjects);
  const shade = shades(cells);
  const parts = shape.coordinates.map((coordinates) =>
    path({ type: 'Polygon', coordinates } as GeoPermissibleObjects),
  );
  const district = parts
    .slice(0, outline.length)
    .map((d) => `<path class="${ground.outline ? 'district' : 'district hull'}" d="${d}"/>`);
  const hexagons = parts
    .slice(outline.length)
    .map((d, index) => `<path class="cell shade${shade(cells[index]!.incidents)}" d="${d}"/>`);
  const dots = [...ground.schools]
    .sort((a, b) => Number(schools.has(a.id)) - Number(schools.has(b.id)))
    .map((school) => {
      const [x, y] = project(flat(positionOf(school)));
      const near = schools.has(school.id);
      return `<circle class="${near ? 'school near' : 'school'}" cx="${fixed(x)}" cy="${fixed(y)}" r="${near ? 4 : 2}"/>`;
    });
  return svg(text, WIDTH, height, [...district, ...hexagons, ...dots].join(''));
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
function flattened(all: readonly Position[]): (at: Position) => [number, number] {
  const latitudes = all.map(([, latitude]) => latitude);
  const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const scale = Math.cos((middle * Math.PI) / 180);
  return ([longitude, latitude]) => [longitude * scale, latitude];
}

/** As large as the page allows. */
function fitted(shape: GeoPermissibleObjects) {
  const plane = geoIdentity().reflectY(true);
  const [[west, north], [east, south]] = geoPath(plane).bounds(shape);
  const ratio = (south - north) / Math.max(east - west, 1e-9);
  const height = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, WIDTH * ratio));
  plane.fitExtent(
    [
      [MARGIN, MARGIN],
      [WIDTH - MARGIN, height - MARGIN],
    ],
    shape,
  );
  const path = geoPath(plane).digits(1);
  const project = (at: [number, number]) => (plane as unknown as Projection)(at);
  return { path, project, height };
}

type Projection = (at: [number, number]) => [number, number];
