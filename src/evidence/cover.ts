import type { Region } from './regions.js';

/** Pixels in rows; a row takes `stride` bytes, a pixel `channels`. */
export interface Raster {
  data: Uint8Array | Uint8ClampedArray;
  stride: number;
  channels: number;
}

/**
 * Fills rectangles with one colour each, the mean of what was there. A mosaic or a blur of a plate or of
 * words can be worked out again by trying what would look like it (Hill et al., On the (In)effectiveness
 * of Mosaicing and Blurring as Tools for Document Redaction, PoPETs 2016); one colour leaves nothing to
 * compare.
 */
export function cover(raster: Raster, regions: readonly Omit<Region, 'page' | 'what'>[]): void {
  for (const region of regions) fill(raster, region, meanOf(raster, region));
}

type Rectangle = Omit<Region, 'page' | 'what'>;

function meanOf({ data, stride, channels }: Raster, rectangle: Rectangle): number[] {
  const sums = Array.from({ length: channels }, () => 0);
  for (const at of pixelsOf(rectangle, stride, channels))
    for (let channel = 0; channel < channels; channel++) sums[channel]! += data[at + channel]!;
  return sums.map((sum) => Math.round(sum / (rectangle.width * rectangle.height)));
}

function fill({ data, stride, channels }: Raster, rectangle: Rectangle, color: number[]): void {
  for (const at of pixelsOf(rectangle, stride, channels)) data.set(color, at);
}

function* pixelsOf({ left, top, width, height }: Rectangle, stride: number, channels: number) {
  for (let row = top; row < top + height; row++)
    for (let column = left; column < left + width; column++) yield row * stride + column * channels;
}
