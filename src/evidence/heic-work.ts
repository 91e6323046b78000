import libheif from 'libheif-js/wasm-bundle.js';
import type { Size } from './file-types.js';
import { boundedSize, notWhole } from './formats/bad-file.js';

/** Turned upright, four bytes a pixel: red, green, blue, opacity. */
export interface Decoded extends Size {
  data: Uint8ClampedArray;
}

/** @throws BadInput where it cannot be decoded, or to too much. */
export async function decodeHeic(bytes: Uint8Array): Promise<Decoded> {
  const images = new libheif.HeifDecoder().decode(bytes);
  const image = images.find((one) => one.is_primary()) ?? images[0];
  if (!image) throw notWhole('HEIC', 'it cannot be decoded');
  const size = boundedSize({ width: image.get_width(), height: image.get_height() });
  const room = { data: new Uint8ClampedArray(size.width * size.height * 4), ...size };
  const decoded = await new Promise<Decoded | null>((resolve) => image.display(room, resolve));
  if (!decoded) throw notWhole('HEIC', 'it cannot be decoded');
  return decoded;
}
