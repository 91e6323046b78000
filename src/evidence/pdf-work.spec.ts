import { randomFillSync } from 'node:crypto';
import * as mupdf from 'mupdf';
import { CANARY, WORD, pdfFile, pngOf } from './files.fixture.js';
import { checkPdf, copyPdf, coverPdf } from './pdf-work.js';

type Change = (document: mupdf.PDFDocument) => void;

const root = (document: mupdf.PDFDocument) => document.getTrailer().get('Root');
const script = (document: mupdf.PDFDocument) =>
  document.addObject({ S: document.newName('JavaScript'), JS: document.newString('app.alert(1)') });

const ACTIVE: [string, Change][] = [
  ['a script when it opens', (pdf) => root(pdf).put('OpenAction', script(pdf))],
  ['a script of a page', (pdf) => pdf.findPage(0).put('AA', { O: script(pdf) })],
  ['a script nothing points at', (pdf) => void script(pdf)],
  [
    'a script under a name',
    (pdf) => root(pdf).put('Names', { JavaScript: { Names: ['a', script(pdf)] } }),
  ],
  ['a program to start', (pdf) => root(pdf).put('OpenAction', { S: pdf.newName('Launch') })],
  [
    'a form to send off',
    (pdf) => pdf.findPage(0).put('AA', { O: { S: pdf.newName('SubmitForm') } }),
  ],
  ['a form of its own kind', (pdf) => root(pdf).put('AcroForm', { XFA: pdf.newString('x') })],
  [
    'another file to open',
    (pdf) => root(pdf).put('OpenAction', { S: pdf.newName('GoToR'), F: pdf.newString('//a/b') }),
  ],
  [
    'an address to call when it opens',
    (pdf) =>
      root(pdf).put('OpenAction', { S: pdf.newName('URI'), URI: pdf.newString('https://a.test') }),
  ],
  [
    'an address to call when a page opens',
    (pdf) =>
      pdf.findPage(0).put('AA', {
        O: pdf.addObject({ S: pdf.newName('URI'), URI: pdf.newString('https://a.test') }),
      }),
  ],
  ['a file in it', (pdf) => root(pdf).put('Names', { EmbeddedFiles: { Names: [] } })],
];

/** One picture of noise on every page, each drawn a little elsewhere so that no two are alike. */
function noisyPdf(pages: number): Uint8Array {
  const side = 2_400;
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, side, side], false);
  randomFillSync(pixmap.getPixels());
  const pdf = new mupdf.PDFDocument();
  const image = pdf.addImage(new mupdf.Image(pixmap.asJPEG(60, false)));
  const resources = pdf.addObject({ XObject: { Noise: image } });
  for (let page = 0; page < pages; page++) {
    const draw = `q 1440 0 0 1440 ${page} 0 cm /Noise Do Q`;
    pdf.insertPage(-1, pdf.addPage([0, 0, 1_440, 1_440], 0, resources, draw));
  }
  return Uint8Array.from(pdf.saveToBuffer('').asUint8Array());
}

describe('a PDF', () => {
  it('of pages is taken', () => {
    expect(() => checkPdf(pdfFile({ pages: 3 }))).not.toThrow();
    expect(() => checkPdf(pdfFile({ options: 'objstms,compress' }))).not.toThrow();
  });

  it.each(ACTIVE)('with %s is refused, also where that is packed away', (_, change) => {
    for (const options of ['', 'objstms,compress']) {
      const bytes = pdfFile({ change, options });
      expect(() => checkPdf(bytes)).toThrow('can act by itself');
    }
  });

  it('can hide a script so that it is not to be seen from outside', () => {
    const packed = pdfFile({ change: (pdf) => void script(pdf), options: 'objstms,compress' });
    expect(packed.includes('JavaScript')).toBe(false);
    expect(() => checkPdf(packed)).toThrow('/JavaScript');
  });

  it('behind a password is refused', () => {
    const locked = pdfFile({ options: 'encrypt=aes-256,user-password=a,owner-password=b' });
    expect(() => checkPdf(locked)).toThrow('password');
  });

  it('of too many pages is refused', () => {
    expect(() => checkPdf(pdfFile({ pages: 61 }))).toThrow('61 pages');
  });

  it('with a link to follow is taken', () => {
    const link = (pdf: mupdf.PDFDocument) => {
      const action = { S: pdf.newName('URI'), URI: pdf.newString('https://a.test') };
      pdf.findPage(0).put('Annots', [
        {
          Type: pdf.newName('Annot'),
          Subtype: pdf.newName('Link'),
          Rect: [0, 0, 9, 9],
          A: action,
        },
      ]);
    };
    expect(() => checkPdf(pdfFile({ change: link }))).not.toThrow();
  });

  it('is not copied to many times its own size, page by page', () => {
    const bomb = noisyPdf(3);
    expect(() => checkPdf(bomb)).not.toThrow();
    expect(() => copyPdf(bomb, bomb.length)).toThrow('would be copied to more than');
    expect(copyPdf(bomb, 100e6).bytes.length).toBeGreaterThan(bomb.length);
  });

  it('whose picture would unpack to too much is refused before it is', () => {
    const bomb = pdfFile({
      change: (pdf) => {
        const picture = pdf.addStream(Buffer.alloc(10), {
          ...{ Type: pdf.newName('XObject'), Subtype: pdf.newName('Image') },
          ...{ Width: 60_000, Height: 60_000, BitsPerComponent: 1 },
          ColorSpace: pdf.newName('DeviceGray'),
        });
        pdf.findPage(0).put('Resources', { XObject: { B: picture } });
      },
    });
    expect(() => checkPdf(bomb)).toThrow('would unpack to 60000 × 60000');
  });

  it('that is none is refused', () => {
    expect(() => checkPdf(Buffer.from('%PDF-1.7\nnothing at all\n%%EOF'))).toThrow('sound PDF');
    expect(() => checkPdf(pngOf(10, 10))).toThrow('sound PDF');
  });
});

describe('the copy of a PDF', () => {
  const original = pdfFile({ pages: 2, change: (pdf) => pdf.setMetaData('info:Author', CANARY) });

  /** What can be told of it by reading it. */
  const read = (bytes: Uint8Array) => {
    const pdf = mupdf.Document.openDocument(bytes, 'application/pdf');
    const page = pdf.loadPage(0);
    return {
      words: page.toStructuredText('').asText(),
      title: pdf.getMetaData('info:Title'),
      author: pdf.getMetaData('info:Author'),
      links: page.getLinks().length,
      pages: pdf.countPages(),
    };
  };

  it('has its pages, and neither words nor properties', () => {
    expect(read(original)).toMatchObject({ words: expect.stringContaining(WORD), title: CANARY });
    const { bytes, pages } = copyPdf(original);
    expect(read(bytes)).toMatchObject({ words: '', links: 0, pages: 2 });
    expect(read(bytes).title || undefined).toBeUndefined();
    expect(read(bytes).author || undefined).toBeUndefined();
    expect(pages).toEqual([1, 2].map(() => ({ width: 1_275, height: 1_650 })));
    for (const words of [CANARY, WORD, 'Metadata', 'CreationDate', '/Info 0'])
      expect([words, Buffer.from(bytes).includes(words)]).toEqual([words, false]);
  });

  it('shows what the page shows, and nothing of it where it is covered', () => {
    const { bytes } = copyPdf(original);
    const square = { page: 2, left: 150, top: 150, width: 150, height: 150, what: 'FACE' as const };
    expect(shade(bytes, 1, 200, 200)).toBeLessThan(20);
    const half = { ...square, left: 225 };
    const covered = coverPdf(bytes, [half]);
    expect(covered.pages).toEqual([1, 2].map(() => ({ width: 1_275, height: 1_650 })));
    expect(shade(covered.bytes, 1, 160, 200)).toBeLessThan(20);
    const [left, right] = [shade(covered.bytes, 1, 240, 200), shade(covered.bytes, 1, 360, 200)];
    expect(left).toBeGreaterThan(60);
    expect(Math.abs(left - right)).toBeLessThan(6);
    expect(shade(covered.bytes, 0, 240, 200)).toBeLessThan(20);
  });

  /** How light a page of a copy is at a place, of 255. */
  function shade(bytes: Uint8Array, page: number, left: number, top: number): number {
    const pdf = mupdf.Document.openDocument(bytes, 'application/pdf').asPDF()!;
    const pixmap = pdf.loadImage(pdf.findPage(page).get('Resources', 'XObject', 'Page')).toPixmap();
    return pixmap.getPixels()[top * pixmap.getStride() + left * pixmap.getNumberOfComponents()]!;
  }
});
