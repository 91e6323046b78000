import { Flag, FRAME_BYTES, FrameType, MAX_WINDOW_BYTES, WINDOW_BYTES } from './frames.js';
import type { FrameWriter } from './frame-writer.js';
import { Http2Error } from './http2-error.js';
import type { Http2Stream } from './http2-stream.js';

/** Sends no more of the bodies than the peer takes, of each and of all together (RFC 9113 §5.2). */
export class SendWindow {
  readonly #writer: FrameWriter;
  /** Their bodies are not all sent; the first come are the first served. */
  readonly #waiting = new Set<Http2Stream>();
  #connection = WINDOW_BYTES;
  #initial = WINDOW_BYTES;

  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  /** What a new stream may send, in bytes; less than none when the peer took some back. */
  get initial(): number {
    return this.#initial;
  }

  /** As much as may be sent now; the rest when there is room. */
  send(stream: Http2Stream): void {
    let { rest } = stream;
    while (rest) {
      const bytes = Math.min(rest.length, stream.window, this.#connection, FRAME_BYTES);
      if (bytes <= 0 && rest.length > 0) {
        stream.rest = rest;
        return void this.#waiting.add(stream);
      }
      const isLast = bytes === rest.length;
      const flags = isLast ? Flag.endStream : 0;
      this.#writer.frame(FrameType.data, flags, stream.id, isLast ? rest : rest.subarray(0, bytes));
      stream.window -= bytes;
      this.#connection -= bytes;
      rest = isLast ? undefined : rest.subarray(bytes);
    }
    stream.rest = undefined;
    this.#waiting.delete(stream);
  }

  forget(stream: Http2Stream): void {
    this.#waiting.delete(stream);
  }

  /** @throws {Http2Error} when there is more room than there can be */
  connectionGrows(bytes: number): void {
    this.#connection = grown(this.#connection, bytes);
    this.#sendWaiting();
  }

  /** @throws {Http2Error} as {@link connectionGrows} */
  streamGrows(stream: Http2Stream, bytes: number): void {
    stream.window = grown(stream.window, bytes);
    if (this.#waiting.has(stream)) this.send(stream);
  }

  /** Of streams that are open, too (RFC 9113 §6.9.2). @throws {Http2Error} */
  resize(initial: number, streams: Iterable<Http2Stream>): void {
    for (const stream of streams) stream.window = grown(stream.window, initial - this.#initial);
    this.#initial = grown(0, initial);
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    for (const stream of this.#waiting) {
      if (this.#connection <= 0) return;
      this.send(stream);
    }
  }
}

function grown(window: number, bytes: number): number {
  if (window + bytes > MAX_WINDOW_BYTES)
    throw new Http2Error('flowControlError', 'a window is too large');
  return window + bytes;
}
