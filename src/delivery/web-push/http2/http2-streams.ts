import { contentOf, Flag, FrameType, type Frame } from './frames.js';
import type { FieldSection } from './field-sections.js';
import type { FrameWriter } from './frame-writer.js';
import type { HpackDecoder } from './hpack-decoder.js';
import { ErrorCode, Http2Error, mustHave } from './http2-error.js';
import { Http2Stream, type StreamEvents } from './http2-stream.js';
import type { SendWindow } from './send-window.js';

const STATUS = /^[1-9]\d\d$/;

/** The requests under way on one connection (RFC 9113 §5.1, §8.1). */
export class Http2Streams {
  readonly #open = new Map<number, Http2Stream>();
  #nextId = 1;

  constructor(
    private readonly writer: FrameWriter,
    private readonly window: SendWindow,
    private readonly decoder: HpackDecoder,
  ) {}

  get size(): number {
    return this.#open.size;
  }

  /** Of the next to be opened. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Its HEADERS were written. */
  open(body: Buffer, events: StreamEvents): Http2Stream {
    const stream = new Http2Stream(this.#nextId, body, this.window.initial, events);
    this.#nextId += 2;
    this.#open.set(stream.id, stream);
    this.window.send(stream);
    return stream;
  }

  /** undefined when it ended before. @throws {Http2Error} when it never began */
  get(id: number): Http2Stream | undefined {
    if (id % 2 === 0 || id >= this.#nextId)
      throw new Http2Error('protocolError', 'it speaks of a stream that nobody opened');
    return this.#open.get(id);
  }

  values(): Iterable<Http2Stream> {
    return this.#open.values();
  }

  content(frame: Frame): void {
    const stream = this.get(frame.streamId);
    const { length } = contentOf(frame);
    if (!stream) return;
    if (!stream.isHeaded) return this.reset(stream, ErrorCode.protocolError);
    stream.events.content(length);
    if (frame.flags & Flag.endStream) this.#finish(stream);
  }

  fields({ streamId, flags, block }: FieldSection): void {
    // Also of a stream that ended, for what it has us remember.
    const fields = this.decoder.decode(block);
    const stream = this.get(streamId);
    if (!stream) return;
    const isLast = (flags & Flag.endStream) !== 0;
    const isHead = !stream.isHeaded;
    if (isHead) this.#head(stream, fields, isLast);
    else if (!isLast) this.reset(stream, ErrorCode.protocolError);
    if (isLast) this.#finish(stream);
  }

  wasReset({ streamId, payload }: Frame): void {
    mustHave(payload, 4);
    const stream = this.get(streamId);
    if (stream) this.end(stream, payload.readUInt32BE(0));
  }

  reset(stream: Http2Stream, code: number): void {
    if (!this.#open.has(stream.id)) return;
    this.writer.numbers(FrameType.rstStream, stream.id, code);
    this.end(stream, code);
  }

  /** @param code as {@link StreamEvents.closed} has it */
  end(stream: Http2Stream, code: number | undefined): void {
    if (!this.#open.delete(stream.id)) return;
    this.window.forget(stream);
    stream.events.closed(code);
  }

  /** An interim answer (1xx) is nobody's. */
  #head(stream: Http2Stream, fields: ReadonlyMap<string, string>, isLast: boolean): void {
    const status = fields.get(':status') ?? '';
    const isInterim = status.startsWith('1');
    if (!STATUS.test(status) || (isInterim && isLast))
      return this.reset(stream, ErrorCode.protocolError);
    if (isInterim) return;
    stream.isHeaded = true;
    stream.events.headed(fields);
  }

  /** Its answer is all here. */
  #finish(stream: Http2Stream): void {
    // Nobody waits for the rest of the body (RFC 9113 §8.1).
    if (!stream.sent) return this.reset(stream, ErrorCode.noError);
    this.end(stream, ErrorCode.noError);
  }
}
