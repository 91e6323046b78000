import { contentOf, Flag, FrameType, type Frame } from './frames.js';
import { Http2Error } from './http2-error.js';

/** Nobody's answer has longer fields. */
const MAX_SECTION_BYTES = 64 * 1024;
/** Of CONTINUATION; each has what came before copied. */
const MAX_PIECES = 16;

/** The fields of an answer (RFC 9113 §4.3), as far as they came. */
export interface FieldSection {
  streamId: number;
  /** Of its HEADERS. */
  flags: number;
  block: Buffer;
}

/** Puts HEADERS together with the CONTINUATION that follow. */
export class FieldSections {
  #open: FieldSection | undefined;
  #pieces = 0;

  /** @returns the section that ends with this frame. @throws {Http2Error} */
  heed(frame: Frame): FieldSection | undefined {
    const { type, flags, streamId } = frame;
    const open = this.#open;
    if (open && (type !== FrameType.continuation || streamId !== open.streamId))
      throw new Http2Error('protocolError', 'fields have no end');
    this.#pieces = open ? this.#pieces + 1 : 0;
    if (type === FrameType.headers)
      return this.#add({ streamId, flags, block: contentOf(frame) }, flags);
    if (type !== FrameType.continuation) return undefined;
    if (!open) throw new Http2Error('protocolError', 'fields go on that did not begin');
    return this.#add({ ...open, block: Buffer.concat([open.block, frame.payload]) }, flags);
  }

  #add(section: FieldSection, flags: number): FieldSection | undefined {
    if (section.block.length > MAX_SECTION_BYTES || this.#pieces > MAX_PIECES)
      throw new Http2Error('enhanceYourCalm', 'the fields of an answer are too long');
    const isWhole = (flags & Flag.endHeaders) !== 0;
    // What is read now is gone when more comes.
    this.#open = isWhole ? undefined : { ...section, block: Buffer.from(section.block) };
    return isWhole ? section : undefined;
  }
}
