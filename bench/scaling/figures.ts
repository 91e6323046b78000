export interface Point {
  x: number;
  y: number;
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between the two nearest values. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

/** The line nearest to the points by least squares, neither its start nor its slope below 0. */
export function line(points: readonly Point[]): { from: number; slope: number } {
  const mean = (of: (point: Point) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = mean((point) => (point.x - x) ** 2);
  const slope = spread === 0 ? 0 : mean((point) => (point.x - x) * (point.y - y)) / spread;
  if (slope < 0) return { from: y, slope: 0 };
  const from = y - slope * x;
  return from < 0 ? { from: 0, slope: y / x } : { from, slope };
}
