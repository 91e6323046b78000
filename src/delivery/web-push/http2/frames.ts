import { Http2Error } from './http2-error.js';

/** RFC 9113 §6. */
export const FrameType = {
  data: 0x0,
  headers: 0x1,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

export const Flag = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** RFC 9113 §6.5.2. */
export const Setting = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
} as const;

/** What a client says first (RFC 9113 §3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const HEADER_BYTES = 9;
/** Bytes of a payload that either side takes before its SETTINGS say more (RFC 9113 §4.2). */
export const FRAME_BYTES = 16_384;
/** Of each stream and of the connection, before SETTINGS and WINDOW_UPDATE (RFC 9113 §6.9.2). */
export const WINDOW_BYTES = 65_535;
export const MAX_WINDOW_BYTES = 2 ** 31 - 1;
export const LAST_STREAM_ID = 2 ** 31 - 1;

export interface Frame {
  type: number;
  flags: number;
  streamId: number;
  /** Valid until more is read. */
  payload: Buffer;
}

/** Cuts what a connection brings into frames. */
export class FrameReader {
  #rest: Buffer | undefined;

  /** @throws {Http2Error} at the first that is longer than we take */
  *read(chunk: Buffer): Generator<Frame> {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (length > FRAME_BYTES) throw new Http2Error('frameSizeError', 'a frame is too long');
      const start = at + HEADER_BYTES;
      if (start + length > bytes.length) break;
      yield {
        type: bytes[at + 3]!,
        flags: bytes[at + 4]!,
        streamId: bytes.readUInt32BE(at + 5) & LAST_STREAM_ID,
        payload: bytes.subarray(start, start + length),
      };
      at = start + length;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}

/** Without the padding, and the priority of HEADERS, that its flags tell of. @throws {Http2Error} */
export function contentOf({ type, flags, payload }: Frame): Buffer {
  const isPadded = (flags & Flag.padded) !== 0;
  const hasPriority = type === FrameType.headers && (flags & Flag.priority) !== 0;
  const start = (isPadded ? 1 : 0) + (hasPriority ? 5 : 0);
  const end = payload.length - (isPadded ? (payload[0] ?? 0) : 0);
  if (end < start) throw new Http2Error('protocolError', 'a frame is all padding');
  return payload.subarray(start, end);
}
