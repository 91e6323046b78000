import sharp from 'sharp';
import { Copier } from './copier.js';
import { Decoder } from './decoder.js';
import type { EvidenceType } from './file-types.js';
import {
  CAMERA,
  CANARY,
  HEIGHT,
  MARK,
  WIDTH,
  heicFile,
  jpegFile,
  pngFile,
  webpFile,
} from './files.fixture.js';
import { copyPicture } from './pictures.js';

const FILES: [EvidenceType, () => Buffer | Promise<Buffer>][] = [
  ['JPEG', jpegFile],
  ['PNG', pngFile],
  ['WEBP', webpFile],
  ['HEIC', heicFile],
];
const copier = new Copier(new Decoder());
const WHOLE = { page: 1, ...MARK, what: 'PLATE' as const };

/** The segments of a JPEG up to its data. */
function segments(bytes: Buffer): string[] {
  const all: string[] = [];
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2))
    all.push(bytes.subarray(at + 1, at + 2).toString('hex'));
  return all;
}

/** Red, green and blue at a place. */
async function colorAt(bytes: Uint8Array, left: number, top: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (top * info.width + left) * info.channels;
  return [...data.subarray(at, at + 3)];
}

describe.each(FILES)('the copy of a %s', (type, make) => {
  let original: Buffer;
  let copy: Buffer;

  beforeAll(async () => {
    original = await make();
    copy = Buffer.from((await copier.copy(original, type)).bytes);
  });

  it('shows the picture', async () => {
    const { width, height, format } = await sharp(copy).metadata();
    expect({ width, height, format }).toEqual({ width: WIDTH, height: HEIGHT, format: 'jpeg' });
    const blue = await colorAt(copy, 5, 5);
    const off = [0x33, 0x66, 0x99].map((value, n) => Math.abs(value - blue[n]!));
    expect(Math.max(...off)).toBeLessThan(12);
    expect((await colorAt(copy, 50, 44)).every((value) => value > 225)).toBe(true);
    expect((await colorAt(copy, 38, 30)).every((value) => value < 60)).toBe(true);
  });

  it('has nothing else, though the original had', async () => {
    expect(original.includes(CANARY) && original.includes(CAMERA)).toBe(true);
    const metadata = await sharp(copy).metadata();
    for (const part of ['exif', 'icc', 'xmp', 'iptc', 'orientation', 'comments'] as const)
      expect([part, metadata[part]]).toEqual([part, undefined]);
    for (const words of [CANARY, CAMERA, 'Exif', 'http://ns.adobe', 'ICC_PROFILE', 'GPS'])
      expect([words, copy.includes(words)]).toEqual([words, false]);
    // JFIF, tables and a frame: no application data, and no comment.
    expect(segments(copy).filter((marker) => !/^(e0|db|c0|c2|c4|dd)$/.test(marker))).toEqual([]);
  });

  it('shows nothing where it was covered, and is the same elsewhere', async () => {
    const covered = await copier.cover(copy, { mediaType: 'image/jpeg' }, [WHOLE]);
    const places = [38, 45, 60].flatMap((left) => [26, 30, 46].map((top) => [left, top] as const));
    const inside = await Promise.all(
      places.map(([left, top]) => colorAt(covered.bytes, left, top)),
    );
    const spread = Math.max(...inside.flat()) - Math.min(...inside.flat());
    expect(spread).toBeLessThan(6);
    const [before, after] = [await colorAt(copy, 5, 5), await colorAt(covered.bytes, 5, 5)];
    expect(Math.max(...before.map((value, n) => Math.abs(value - after[n]!)))).toBeLessThan(4);
  });
});

describe('a copy', () => {
  it('stands upright, however the camera was held', async () => {
    const turned = await sharp(await jpegFile())
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { pages } = await copyPicture(turned);
    expect(pages).toEqual([{ width: HEIGHT, height: WIDTH }]);
  });

  it('of a large picture is as large as one can work with', async () => {
    const large = await sharp({
      create: { width: 9_000, height: 3_000, channels: 3, background: '#336699' },
    })
      .jpeg()
      .toBuffer();
    expect((await copyPicture(large)).pages).toEqual([{ width: 4_096, height: 1_365 }]);
  });

  it('is not made of a picture whose data is no picture', async () => {
    const broken = await pngFile();
    broken.fill(0x55, broken.indexOf('IDAT') + 6, broken.indexOf('IDAT') + 60);
    await expect(copyPicture(broken)).rejects.toThrow('cannot be decoded');
    const heic = heicFile();
    heic.write('none', heic.indexOf('hvcC'));
    await expect(copier.copy(heic, 'HEIC')).rejects.toThrow('file: ');
  });
});
