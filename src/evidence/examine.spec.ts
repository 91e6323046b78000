import { BadInput } from '../platform/errors.js';
import { examine } from './examine.js';
import { MAX_FILE_BYTES } from './file-types.js';
import {
  heicFile,
  jpegFile,
  pdfFile,
  pngChunk,
  pngFile,
  pngOf,
  webpFile,
  zipFile,
} from './files.fixture.js';

/** What is wrong with a file, or its type. */
function judged(bytes: Buffer): string {
  try {
    return examine(bytes);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    expect(error.fields.map(({ field }) => field)).toEqual(['file']);
    return error.fields[0]!.message;
  }
}

const with_ = (bytes: Buffer, at: number, change: Buffer) => {
  const copy = Buffer.from(bytes);
  change.copy(copy, at);
  return copy;
};

describe('a file', () => {
  let files: Record<string, Buffer>;

  beforeAll(async () => {
    files = {
      JPEG: await jpegFile(),
      PNG: await pngFile(),
      WEBP: await webpFile(),
      HEIC: heicFile(),
      PDF: pdfFile(),
    };
  });

  it.each(['JPEG', 'PNG', 'WEBP', 'HEIC', 'PDF'])('is %s by what it holds', (type) => {
    expect(judged(files[type]!)).toBe(type);
  });

  it.each(['JPEG', 'PNG', 'WEBP', 'HEIC', 'PDF'])('is no %s wherever it breaks off', (type) => {
    const whole = files[type]!;
    const lengths = new Set([
      ...Array.from({ length: 64 }, (_, n) => n),
      ...Array.from({ length: 200 }, (_, n) => Math.floor((n * whole.length) / 200)),
      whole.length - 1,
    ]);
    const taken = [...lengths].filter((length) => {
      const said = judged(whole.subarray(0, length));
      return said === type && !isHarmless(type, whole.length - length);
    });
    expect(taken).toEqual([]);
  });

  /** A line end behind the end of a document, and the padding of a picture, may be missing. */
  const isHarmless = (type: string, missing: number) =>
    missing === 1 && (type === 'PDF' || type === 'WEBP');

  it.each([
    ['nothing', Buffer.alloc(0), 'is empty'],
    ['an archive', zipFile(), 'ZIP archive'],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'markup'],
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'markup'],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00'), 'GIF'],
    ['a program', Buffer.from('MZ\x90\x00\x03\x00\x00\x00'), 'program'],
    ['a film', Buffer.from('\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mp42', 'latin1'), 'film'],
    ['an AVIF', Buffer.from('\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1', 'latin1'), 'AVIF'],
    ['words', Buffer.from('A letter to the board'), 'something else'],
    ['a short beginning', Buffer.from('ffd8ff', 'hex'), 'breaks off'],
  ])('that is %s is refused, and told what it is', (_, bytes, said) => {
    expect(judged(bytes)).toContain(said);
  });

  it('that is larger than 15 MB is refused', () => {
    expect(judged(Buffer.alloc(MAX_FILE_BYTES + 1))).toContain('larger than 15 MB');
  });

  describe('that is two things at once is refused:', () => {
    it('a picture with an archive behind it', () => {
      for (const type of ['JPEG', 'PNG', 'WEBP', 'HEIC', 'PDF'])
        expect([type, judged(Buffer.concat([files[type]!, zipFile()]))]).toEqual([
          type,
          expect.stringContaining('ZIP archive at once'),
        ]);
    });

    it('a picture with a page in its first lines', () => {
      const { JPEG } = files;
      const words = Buffer.from('<html><script>alert(1)</script>');
      const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, words.length + 2]), words]);
      const both = Buffer.concat([JPEG!.subarray(0, 2), comment, JPEG!.subarray(2)]);
      expect(judged(both)).toContain('markup at once');
    });

    it('a picture that a reader of PDF opens', () => {
      const { PNG } = files;
      const after = 33;
      const both = Buffer.concat([
        PNG!.subarray(0, after),
        pngChunk('tEXt', Buffer.from('a\0%PDF-1.7')),
        PNG!.subarray(after),
      ]);
      expect(judged(both)).toContain('a PDF at once');
    });

    it.each(['PNG', 'WEBP', 'JPEG', 'PDF'])('%s with something unknown behind it', (type) => {
      expect(judged(Buffer.concat([files[type]!, Buffer.from('PAYLOAD!')]))).toContain(
        'behind the end',
      );
    });
  });

  it.each([
    ['a second picture', async () => jpegFile()],
    ['padding', async () => Buffer.alloc(64)],
    ['a film', async () => Buffer.from('\0\0\0\x18ftypmp42', 'latin1')],
    ['Samsung’s trailer', async () => Buffer.from('\0\0\x01\x0aSEFHxxSEFT', 'latin1')],
  ])('may be a JPEG with what telephones put behind it: %s', async (_, tail) => {
    expect(judged(Buffer.concat([files.JPEG!, await tail()]))).toBe('JPEG');
  });

  describe('that would unpack to too much is refused before it is unpacked:', () => {
    const TOO_MUCH = 'would unpack to';

    it('a PNG', () => {
      expect(judged(pngOf(100, 100))).toBe('PNG');
      expect(judged(pngOf(50_000, 50_000))).toContain(TOO_MUCH);
      expect(judged(pngOf(1, 30_000))).toContain(TOO_MUCH);
      expect(judged(pngOf(0, 10))).toContain('empty');
    });

    it('a JPEG', () => {
      const frame = files.JPEG!.indexOf(Buffer.from([0xff, 0xc0]));
      const large = Buffer.from([0xff, 0xff, 0xff, 0xff]);
      expect(judged(with_(files.JPEG!, frame + 5, large))).toContain(TOO_MUCH);
    });

    it('a WebP', () => {
      const canvas = files.WEBP!.indexOf('VP8X') + 12;
      const large = Buffer.from('ffff00ffff00', 'hex');
      expect(judged(with_(files.WEBP!, canvas, large))).toContain(TOO_MUCH);
    });

    it('a HEIC, by any picture or tile in it', () => {
      const extent = files.HEIC!.lastIndexOf('ispe') + 8;
      const large = Buffer.from('0000ffff0000ffff', 'hex');
      expect(judged(with_(files.HEIC!, extent, large))).toContain(TOO_MUCH);
    });
  });

  it('that is a PNG with a wrong checksum is refused', () => {
    const { PNG } = files;
    expect(judged(with_(PNG!, 20, Buffer.from([0xff])))).toContain('checksum');
  });

  it.each([
    ['in clear', '/S /JavaScript'],
    ['with a letter written as a number', '/S /Java#53cript'],
    ['to start something', '<</S/Launch/F(a)>>'],
    ['with a file in it', '/EmbeddedFiles 3 0 R'],
  ])('that is a PDF which can act by itself is refused: %s', (_, words) => {
    const pdf = files.PDF!;
    const hidden = Buffer.concat([
      pdf.subarray(0, 20),
      Buffer.from(`\n% ${words}\n`),
      pdf.subarray(20),
    ]);
    expect(judged(hidden)).toContain('can act by itself');
  });
});
