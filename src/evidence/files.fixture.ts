import * as mupdf from 'mupdf';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** What stands in the metadata of every file made here, and in none of its pixels. */
export const CANARY = 'Canarybird at Oak Street';
export const CAMERA = 'CanaryPhone';

export const WIDTH = 128;
export const HEIGHT = 96;
/** A white rectangle with a black mark in it, on blue. */
export const MARK = { left: 32, top: 24, width: 32, height: 24 } as const;

/** Blue, with a white rectangle, and in that a black one. */
function drawing(): Buffer {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  const paint = (left: number, top: number, width: number, height: number, color: number[]) => {
    for (let row = top; row < top + height; row++)
      for (let column = left; column < left + width; column++)
        pixels.set(color, (row * WIDTH + column) * 3);
  };
  paint(0, 0, WIDTH, HEIGHT, [0x33, 0x66, 0x99]);
  paint(MARK.left, MARK.top, MARK.width, MARK.height, [255, 255, 255]);
  paint(36, 28, 6, 6, [0, 0, 0]);
  return pixels;
}
const EXIF = {
  IFD0: { ImageDescription: CANARY, Make: CAMERA },
  IFD3: {
    ...{ GPSLatitudeRef: 'N', GPSLatitude: '28/1 18/1 19/1' },
    ...{ GPSLongitudeRef: 'W', GPSLongitude: '81/1 24/1 27/1' },
  },
};
const XMP = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="${CANARY}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

const drawn = () =>
  sharp(drawing(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .withExif(EXIF)
    .withXmp(XMP)
    .withIccProfile('p3');

/** Pictures as a telephone makes them: with place, device, profile and words. */
export const jpegFile = (): Promise<Buffer> => drawn().jpeg({ quality: 90 }).toBuffer();
export const webpFile = (): Promise<Buffer> => drawn().webp().toBuffer();
export const pngFile = async (): Promise<Buffer> => {
  const plain = await drawn().png().toBuffer();
  // Before the end, where a screenshot's words stand.
  const end = plain.length - 12;
  return Buffer.concat([
    plain.subarray(0, end),
    pngChunk('tEXt', Buffer.from(`Comment\0${CANARY}`)),
    plain.subarray(end),
  ]);
};

export function pngChunk(name: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(name, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** The same drawing, by an encoder of HEVC; none that encodes it comes by npm. */
export const heicFile = (): Buffer => Buffer.from(HEIC.join(''), 'base64');

export interface PdfChange {
  pages?: number;
  /** Adds to the document what should be refused, or not. */
  change?: (document: mupdf.PDFDocument) => void;
  /** Of mupdf’s writer. */
  options?: string;
  /** Of each page, in its own words. */
  content?: string;
}

/** A document of pages with words on them, and a title. */
export function pdfFile({
  pages = 1,
  change,
  options = '',
  content = PAGE,
}: PdfChange = {}): Buffer {
  const document = new mupdf.PDFDocument();
  const font = document.addSimpleFont(new mupdf.Font('Helvetica'));
  const resources = document.addObject({ Font: { F: font } });
  for (let page = 0; page < pages; page++)
    document.insertPage(-1, document.addPage([0, 0, 612, 792], 0, resources, content));
  document.setMetaData('info:Title', CANARY);
  change?.(document);
  return Buffer.from(document.saveToBuffer(options).asUint8Array());
}

/** A word that no other font program holds, and a black square, 1 inch from the upper left corner. */
const PAGE = 'BT /F 24 Tf 72 400 Td (Wilhelmina) Tj ET 0 g 72 648 72 72 re f';
export const WORD = 'Wilhelmina';

/** What a name or a sum in the header says, while the picture is as small as ever. */
export const pngOf = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1_000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};

/** An archive with one empty file in it. */
export function zipFile(): Buffer {
  const name = Buffer.from('a');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length, 16);
  return Buffer.concat([local, name, central, name, end]);
}

const HEIC = [
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAYBtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA',
  'AAAAAAAAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAGkAAEAAAAAAAABGwACAAAAAAK/AAEA',
  'AAAAAAABaAAAADhpaW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAFWluZmUCAAABAAIAAEV4aWYAAAAA',
  'v2lwcnAAAAChaXBjbwAAAHVodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMA',
  'AAMAHroCQCEAAQAoQgEBA3AAAAMAkAAAAwAAAwAeoBAgYWW6kkprmwIAAAMAAgAAAwACECIAAQAHRAHBcrAiQAAA',
  'ABRpc3BlAAAAAAAAAIAAAABgAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAAAaaXJlZgAA',
  'AAAAAAAOY2RzYwACAAEAAQAAAottZGF0AAABFygBrwngdwGjl1X//765+9/It3//NIokhl7ljnaBvDfA0WuwBR2A',
  'RIy23oiIlQClYd6eEbf++eCXqthDBfuQpQqlb+dcBMoArBFw0VKBzFYPHim2QlWZHBanw5bb3Ku27ojb0Xno7mcV',
  'wZv4PRzwJZC/6J6HPYAf8dP40VvuayTsHQYYRVJGxJR3n/GwmoYF5k62Or9YoRu3RU3IQLIHQicPGHT6ePn+UBF9',
  '4K41v9wxAjY2kBY2HmCf0k1w+sR7azTLANVL/bgrVwwawU+VsH/hHv8TYSyR1ozDGYBwnWM9c27dx8yUxQh3HEdN',
  'uybtS1f4iYT6nd1JylH1bpHIs0z+ajs14Hvqt0kn+7TxS2GKPF1z46IV8AAAAABJSSoACAAAAAkADgECABkAAACW',
  'AAAADwECAAwAAACKAAAAEgEDAAEAAAABAAAAGgEFAAEAAAB6AAAAGwEFAAEAAACCAAAAKAEDAAEAAAACAAAAEwID',
  'AAEAAAABAAAAaYcEAAEAAACwAAAAJYgEAAEAAAD+AAAAAAAAAEgAAAABAAAASAAAAAEAAABDYW5hcnlQaG9uZQBD',
  'YW5hcnliaXJkIGF0IE9hayBTdHJlZXQAAAYAAJAHAAQAAAAwMjEwAZEHAAQAAAABAgMAAKAHAAQAAAAwMTAwAaAD',
  'AAEAAAD//wAAAqAEAAEAAACAAAAAA6AEAAEAAABgAAAAAAAAAAQAAQACAAIAAABOAAAAAgAFAAMAAABMAQAAAwAC',
  'AAIAAABXAAAABAAFAAMAAAA0AQAAAAAAAFEAAAABAAAAGAAAAAEAAAAbAAAAAQAAABwAAAABAAAAEgAAAAEAAAAT',
  'AAAAAQAAAA==',
];
