import type { Socket } from 'node:net';
import { FieldSections } from './field-sections.js';
import {
  Flag,
  FrameReader,
  FrameType,
  LAST_STREAM_ID,
  PREFACE,
  WINDOW_BYTES,
  type Frame,
} from './frames.js';
import { FrameWriter } from './frame-writer.js';
import { HpackDecoder } from './hpack-decoder.js';
import { HpackEncoder, MAX_SECTION_BYTES } from './hpack-encoder.js';
import type { Field } from './hpack-table.js';
import { ErrorCode, Http2Error, mustHave } from './http2-error.js';
import type { Http2Stream, StreamEvents } from './http2-stream.js';
import { Http2Streams } from './http2-streams.js';
import { SendWindow } from './send-window.js';
import { OUR_SETTINGS, PeerSettings } from './settings.js';

export interface ClientEvents {
  /** The peer said how many requests it takes at once. */
  settings(maxConcurrentStreams: number): void;
  /** It takes no more requests; those under way may still end well. Once. */
  leaving(): void;
}

const NOTHING = Buffer.alloc(0);
/** A peer that has us write and does not read is cut. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** For the last words to leave. */
const CLOSING_MS = 1_000;

/**
 * The client's side of HTTP/2 (RFC 9113), for many small POSTs whose answers are a status and little
 * else; over a connection on which both sides agreed to speak `h2`.
 */
export class Http2Client {
  readonly #socket: Socket;
  readonly #events: ClientEvents;
  readonly #reader = new FrameReader();
  readonly #sections = new FieldSections();
  readonly #writer: FrameWriter;
  readonly #encoder = new HpackEncoder();
  readonly #window: SendWindow;
  readonly #streams: Http2Streams;
  readonly #peer: PeerSettings;
  /** Bytes that came since the peer was last told that it may send so many more. */
  #consumed = 0;
  #willFlush = false;
  #isLeaving = false;
  #isEnded = false;

  /** @param wanted names of the answers' fields that somebody reads */
  constructor(socket: Socket, wanted: readonly string[], events: ClientEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#writer = new FrameWriter(socket);
    this.#window = new SendWindow(this.#writer);
    const decoder = new HpackDecoder([':status', ...wanted]);
    this.#streams = new Http2Streams(this.#writer, this.#window, decoder);
    this.#peer = new PeerSettings(this.#encoder, this.#window, this.#streams);
    this.#writer.bytes(PREFACE);
    this.#writer.frame(FrameType.settings, 0, 0, OUR_SETTINGS);
    this.#writer.flush();
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // Whoever hangs up answers nothing more; what is handed over from then on would be lost.
    for (const event of ['end', 'error', 'close']) socket.on(event, () => this.destroy());
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /**
   * @param path of this request alone, and a secret
   * @param common fields of many requests; the same array when they are the same
   * @throws {TypeError} when a field has no value that can be sent; nothing is sent then
   */
  request(path: string, common: readonly Field[], body: Buffer, events: StreamEvents): Http2Stream {
    const id = this.#streams.nextId;
    this.#writer.headers(Flag.endHeaders, id, MAX_SECTION_BYTES, (into, at) =>
      this.#encoder.encode([':path', path], common, into, at),
    );
    const stream = this.#streams.open(body, events);
    if (this.#streams.nextId > LAST_STREAM_ID) this.#leave();
    this.#flushSoon();
    return stream;
  }

  /** Ends it with RST_STREAM. */
  cancel(stream: Http2Stream): void {
    this.#streams.reset(stream, ErrorCode.cancel);
    this.#flushSoon();
    this.#closeIfDone();
  }

  /** With a word to the peer; what is under way ends. */
  close(code: number = ErrorCode.noError): void {
    if (this.#isEnded) return;
    this.#writer.numbers(FrameType.goaway, 0, 0, code);
    this.#writer.flush();
    this.#socket.destroySoon();
    // Who does not read keeps them from leaving.
    const cut = setTimeout(() => this.#socket.destroy(), CLOSING_MS).unref();
    this.#socket.once('close', () => clearTimeout(cut));
    this.#end();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#end();
  }

  #read(chunk: Buffer): void {
    if (this.#isEnded) return;
    this.#willFlush = true;
    try {
      for (const frame of this.#reader.read(chunk)) {
        this.#heed(frame);
        if (this.#isEnded) return;
      }
      if (this.#socket.writableLength > MAX_UNREAD_BYTES)
        throw new Http2Error('enhanceYourCalm', 'it does not read');
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error;
      return this.close(error.code);
    }
    this.#flush();
    this.#closeIfDone();
  }

  #heed(frame: Frame): void {
    if (!this.#peer.isKnown && frame.type !== FrameType.settings)
      throw new Http2Error('protocolError', 'SETTINGS are missing');
    const section = this.#sections.heed(frame);
    if (section) return this.#streams.fields(section);
    switch (frame.type) {
      case FrameType.data:
        this.#consume(frame.payload.length);
        return this.#streams.content(frame);
      case FrameType.rstStream:
        return this.#streams.wasReset(frame);
      case FrameType.settings:
        return this.#settings(frame);
      case FrameType.pushPromise:
        throw new Http2Error('protocolError', 'it pushes, and was told not to');
      case FrameType.ping:
        return this.#ping(frame);
      case FrameType.goaway:
        return this.#goaway(frame);
      case FrameType.windowUpdate:
        return this.#windowGrows(frame);
    }
  }

  #settings({ flags, streamId, payload }: Frame): void {
    if (streamId !== 0) throw new Http2Error('protocolError', 'SETTINGS are of a stream');
    if (flags & Flag.ack) return mustHave(payload, 0);
    // Before anything that they allow.
    this.#writer.frame(FrameType.settings, Flag.ack, 0, NOTHING);
    this.#peer.change(payload);
    this.#events.settings(this.#peer.maxConcurrentStreams);
  }

  #ping({ flags, payload }: Frame): void {
    mustHave(payload, 8);
    if ((flags & Flag.ack) === 0) this.#writer.frame(FrameType.ping, Flag.ack, 0, payload);
  }

  /** A first one may announce another, with the last of all ids (RFC 9113 §6.8). */
  #goaway({ payload }: Frame): void {
    if (payload.length < 8) mustHave(payload, 8);
    const last = payload.readUInt32BE(0) & LAST_STREAM_ID;
    this.#leave();
    for (const stream of this.#streams.values())
      if (stream.id > last) this.#streams.end(stream, ErrorCode.refusedStream);
    if (payload.readUInt32BE(4) !== ErrorCode.noError) this.destroy();
  }

  #windowGrows({ streamId, payload }: Frame): void {
    mustHave(payload, 4);
    const bytes = payload.readUInt32BE(0) & LAST_STREAM_ID;
    if (bytes === 0) throw new Http2Error('protocolError', 'a window grows by nothing');
    if (streamId === 0) return this.#window.connectionGrows(bytes);
    const stream = this.#streams.get(streamId);
    if (stream) this.#window.streamGrows(stream, bytes);
  }

  #consume(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed < WINDOW_BYTES / 2) return;
    this.#writer.numbers(FrameType.windowUpdate, 0, this.#consumed);
    this.#consumed = 0;
  }

  #closeIfDone(): void {
    if (this.#isLeaving && this.#streams.size === 0) this.close();
  }

  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#events.leaving();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#leave();
    for (const stream of this.#streams.values()) this.#streams.end(stream, undefined);
  }

  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#willFlush = false;
    if (!this.#isEnded) this.#writer.flush();
  }
}
