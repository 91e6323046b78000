import type { Decoder } from './decoder.js';
import { MEDIA_TYPES, type EvidenceType, type Size } from './file-types.js';
import type { Decoded } from './heic-work.js';
import type { PagedCopy } from './pdf-work.js';
import { copyPicture, coverPicture } from './pictures.js';
import type { Region } from './regions.js';

export interface Copied {
  bytes: Uint8Array;
  pages: Size[];
  mediaType: string;
}

/** Makes copies that hold pixels and nothing else: a JPEG of a picture, a PDF of pictures of a document. */
export class Copier {
  constructor(private readonly decoder: Decoder) {}

  /** @throws BadInput where it cannot be decoded. */
  async copy(file: Buffer, type: EvidenceType): Promise<Copied> {
    if (type === 'PDF') {
      const copy = await this.decoder.run<PagedCopy>({ kind: 'copy-pdf', bytes: file });
      return { ...copy, mediaType: MEDIA_TYPES.PDF };
    }
    const picture =
      type === 'HEIC'
        ? await this.decoder.run<Decoded>({ kind: 'decode-heic', bytes: file })
        : file;
    return { ...(await copyPicture(picture)), mediaType: MEDIA_TYPES.JPEG };
  }

  /** Regions of one of these copies are gone on the next. */
  async cover(
    file: Buffer,
    { mediaType }: Pick<Copied, 'mediaType'>,
    regions: readonly Region[],
  ): Promise<Copied> {
    const copy =
      mediaType === MEDIA_TYPES.PDF
        ? await this.decoder.run<PagedCopy>({ kind: 'cover-pdf', bytes: file, regions })
        : await coverPicture(file, regions);
    return { ...copy, mediaType };
  }
}
