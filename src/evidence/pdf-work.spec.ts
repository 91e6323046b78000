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
  ['a file in it', (pdf) => root(pdf).put('Names', { EmbeddedFiles: { Names: [] } })],
];

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
