import * as mupdf from 'mupdf';
import { BadInput } from '../platform/errors.js';
import { cover } from './cover.js';
import { MAX_PAGES, type Size } from './file-types.js';
import { badFile, boundedSize, notWhole } from './formats/bad-file.js';
import { ACTIVE_NAMES, active } from './formats/pdf.js';
import type { Region } from './regions.js';

/** A copy of a document: a picture of each page and nothing else. */
export interface PagedCopy {
  bytes: Uint8Array;
  /** In pixels. */
  pages: Size[];
}

const POINTS_PER_INCH = 72;
const DOTS_PER_INCH = 150;
/** Of a plan or a poster; a page of paper has 1,650. */
const MAX_PAGE_SIDE = 3_000;
const JPEG_QUALITY = 90;
const MAX_OBJECTS = 200_000;
const MAX_DEPTH = 64;
/** Sixty full pages of a scanner take half of it. */
const MAX_COPY_BYTES = 100_000_000;

/**
 * Reads every object of the document, also those in compressed parts.
 * @throws BadInput where it cannot be opened, is too long, or can act by itself.
 */
export function checkPdf(bytes: Uint8Array): void {
  const document = opened(bytes);
  const count = document.countObjects();
  if (count > MAX_OBJECTS) throw badFile('is a PDF of too many parts: print it to a new PDF');
  for (let number = 1; number < count; number++) {
    let object: mupdf.PDFObject;
    try {
      object = document.newIndirect(number).resolve();
    } catch {
      // A broken object that nothing can read can do nothing.
      continue;
    }
    checkObject(object, 0);
    object.destroy();
  }
  checkObject(document.getTrailer(), 0);
  for (let page = 0; page < document.countPages(); page++)
    attempt(() => document.loadPage(page).destroy());
}

/** Draws every page anew: no text, link, script, attachment or property of the document is left. */
export function copyPdf(bytes: Uint8Array, most = MAX_COPY_BYTES): PagedCopy {
  const document = opened(bytes);
  const copy = new Book(most);
  for (let number = 0; number < document.countPages(); number++)
    attempt(() => {
      const page = document.loadPage(number);
      const [left = 0, top = 0, right = 0, bottom = 0] = page.getBounds();
      const longest = Math.max(right - left, bottom - top, 1);
      const scale = Math.min(DOTS_PER_INCH / POINTS_PER_INCH, MAX_PAGE_SIDE / longest);
      const matrix = mupdf.Matrix.scale(scale, scale);
      const pixmap = page.toPixmap(matrix, mupdf.ColorSpace.DeviceRGB, false, true);
      copy.add(pixmap);
      page.destroy();
    });
  return copy.bound();
}

/** A copy as {@link copyPdf} makes it, with regions covered. */
export function coverPdf(bytes: Uint8Array, regions: readonly Region[]): PagedCopy {
  const document = opened(bytes);
  const copy = new Book();
  for (let number = 0; number < document.countPages(); number++) {
    const picture = document.findPage(number).get('Resources', 'XObject', 'Page');
    const pixmap = document.loadImage(picture).toPixmap();
    const raster = {
      data: pixmap.getPixels(),
      stride: pixmap.getStride(),
      channels: pixmap.getNumberOfComponents(),
    };
    cover(
      raster,
      regions.filter(({ page }) => page === number + 1),
    );
    copy.add(pixmap);
  }
  return copy.bound();
}

/** A PDF of pictures. */
class Book {
  private readonly document = new mupdf.PDFDocument();
  private readonly pages: Size[] = [];
  private bytes = 0;

  constructor(private readonly most = MAX_COPY_BYTES) {}

  add(pixmap: mupdf.Pixmap): void {
    const { document } = this;
    const size = { width: pixmap.getWidth(), height: pixmap.getHeight() };
    const picture = pixmap.asJPEG(JPEG_QUALITY, false);
    this.bytes += picture.length;
    if (this.bytes > this.most)
      throw badFile(`would be copied to more than ${this.most / 1e6} MB: send it in parts`);
    const image = new mupdf.Image(picture);
    const resources = { XObject: { Page: document.addImage(image) } };
    const [width, height] = [size.width, size.height].map(
      (pixels) => (pixels * POINTS_PER_INCH) / DOTS_PER_INCH,
    ) as [number, number];
    const draw = `q ${width} 0 0 ${height} 0 0 cm /Page Do Q`;
    const page = document.addPage([0, 0, width, height], 0, document.addObject(resources), draw);
    document.insertPage(-1, page);
    this.pages.push(size);
    image.destroy();
    pixmap.destroy();
  }

  bound(): PagedCopy {
    // Out of the memory of the library, which is one piece.
    const bytes = Uint8Array.from(this.document.saveToBuffer('garbage=3').asUint8Array());
    return { bytes, pages: this.pages };
  }
}

function opened(bytes: Uint8Array): mupdf.PDFDocument {
  const document = attempt(() => mupdf.Document.openDocument(bytes, 'application/pdf').asPDF());
  if (!document) throw notWhole('PDF', 'it cannot be opened');
  if (document.needsPassword())
    throw badFile('is locked with a password: print it to a new PDF without one');
  const pages = attempt(() => document.countPages());
  if (pages < 1) throw notWhole('PDF', 'it has no page');
  if (pages > MAX_PAGES)
    throw badFile(`has ${pages} pages: at most ${MAX_PAGES} are taken; send it in parts`);
  return document;
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw notWhole('PDF', 'it cannot be read');
  }
}

function checkObject(object: mupdf.PDFObject, depth: number): void {
  if (depth > MAX_DEPTH) throw badFile('is a PDF that is nested too deep: print it to a new PDF');
  if (object.isName()) return checkName(object.asName());
  const isDictionary = object.isDictionary();
  if (!isDictionary && !object.isArray()) return;
  if (isDictionary && String(object.get('Subtype')) === '/Image') checkImage(object);
  object.forEach((value, key) => {
    if (isDictionary) checkName(String(key));
    if (isDictionary && key === 'OpenAction') checkCall(value);
    if (isDictionary && key === 'AA' && value.isDictionary()) value.forEach(checkCall);
    // What is only pointed at is in the list of objects itself.
    if (!value.isIndirect()) checkObject(value, depth + 1);
  });
}

/** A link is followed by whoever reads; this would be followed by opening, and tell who opened it. */
function checkCall(action: mupdf.PDFObject): void {
  if (action.isDictionary() && String(action.get('S')) === '/URI') throw active('URI');
}

function checkName(name: string): void {
  if (ACTIVE_NAMES.has(name)) throw active(name);
}

function checkImage(object: mupdf.PDFObject): void {
  const [width, height] = ['Width', 'Height'].map((side) => object.get(side));
  if (width?.isNumber() && height?.isNumber())
    boundedSize({ width: width.asNumber(), height: height.asNumber() });
}
