import sharp, { type Sharp } from 'sharp';
import { cover } from './cover.js';
import { MAX_PIXELS, type Size } from './file-types.js';
import { notWhole } from './formats/bad-file.js';
import type { Decoded } from './heic-work.js';
import type { Region } from './regions.js';

/** A copy of a picture. */
export interface PictureCopy {
  bytes: Buffer;
  pages: Size[];
}

/** As large as shows a plate across a street, and no larger than a JPEG of a few megabytes. */
const MAX_COPY_SIDE = 4_096;
const SECONDS = 30;
/** Full colour: at half of it, what lies beside a covered rectangle would bleed. */
const JPEG = { quality: 92, chromaSubsampling: '4:4:4' } as const;

// Nothing of a picture stays in memory when it is done.
sharp.cache(false);
// Whatever else the library can read is nothing that gets this far, unless by a mistake of ours.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});

/**
 * Decodes a picture and encodes its pixels anew, upright and in sRGB. Nothing else of the file is taken:
 * no place, time, device, profile, thumbnail or text.
 * @throws BadInput where it cannot be decoded.
 */
export async function copyPicture(picture: Buffer | Decoded): Promise<PictureCopy> {
  const source = Buffer.isBuffer(picture)
    ? sharp(picture, { ...LIMITS, autoOrient: true })
    : sharp(bytesOf(picture), { ...LIMITS, raw: rawOf(picture, 4) });
  return encoded(
    source
      .resize({
        ...{ width: MAX_COPY_SIDE, height: MAX_COPY_SIDE },
        ...{ fit: 'inside', withoutEnlargement: true },
      })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb'),
  );
}

/** A copy as {@link copyPicture} makes it, with regions covered. */
export async function coverPicture(copy: Buffer, regions: readonly Region[]): Promise<PictureCopy> {
  const { data, info } = await sharp(copy, LIMITS)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { channels } = info;
  cover({ data, stride: info.width * channels, channels }, regions);
  return encoded(sharp(data, { raw: rawOf(info, channels as 3) }));
}

const bytesOf = ({ data: { buffer, byteOffset, byteLength } }: Decoded) =>
  Buffer.from(buffer, byteOffset, byteLength);

const LIMITS = { limitInputPixels: MAX_PIXELS, failOn: 'error' } as const;

const rawOf = ({ width, height }: Size, channels: 3 | 4) => ({ width, height, channels });

async function encoded(picture: Sharp): Promise<PictureCopy> {
  try {
    const { data, info } = await picture
      .timeout({ seconds: SECONDS })
      .jpeg(JPEG)
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, pages: [{ width: info.width, height: info.height }] };
  } catch {
    throw notWhole('picture', 'it cannot be decoded');
  }
}
