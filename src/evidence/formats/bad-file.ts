import { BadInput } from '../../platform/errors.js';
import { MAX_PIXELS, MAX_SIDE, type Size } from '../file-types.js';

/** The file is refused; says why, and what to do. */
export const badFile = (message: string): BadInput => new BadInput({ field: 'file', message });

const AGAIN = 'send the whole file again, as the camera or scanner made it';

export const brokenOff = (kind: string): BadInput =>
  badFile(`breaks off before the end of the ${kind}: ${AGAIN}`);

export const notWhole = (kind: string, what: string): BadInput =>
  badFile(`is no sound ${kind} (${what}): ${AGAIN}`);

/**
 * Before anything is unpacked.
 * @throws BadInput where there are too many pixels, or none.
 */
export function boundedSize({ width, height }: Size): Size {
  if (width < 1 || height < 1) throw badFile('says that its picture is empty');
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS)
    throw badFile(
      `would unpack to ${width} × ${height} pixels: at most ${MAX_PIXELS / 1e6} million are taken, and ${MAX_SIDE.toLocaleString('en')} on a side; send it smaller`,
    );
  return { width, height };
}

/** The largest of those a file names, each of which somebody may unpack. */
export function largest(sizes: readonly Size[], kind: string): Size {
  const [first, ...rest] = sizes;
  if (!first) throw notWhole(kind, 'it does not say how large its picture is');
  return boundedSize(
    rest.reduce(
      (max, { width, height }) => ({
        width: Math.max(max.width, width),
        height: Math.max(max.height, height),
      }),
      first,
    ),
  );
}
