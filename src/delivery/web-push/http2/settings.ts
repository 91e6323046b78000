import { FRAME_BYTES, MAX_WINDOW_BYTES, Setting } from './frames.js';
import type { HpackEncoder } from './hpack-encoder.js';
import { Http2Error } from './http2-error.js';
import type { Http2Streams } from './http2-streams.js';
import type { SendWindow } from './send-window.js';

/** Bytes of an answer's content that the peer may send unasked; nobody reads more. */
const ANSWER_BYTES = 16 * 1024;
const SETTING_BYTES = 6;
const MAX_FRAME_BYTES = 2 ** 24 - 1;

/** The payload of ours. */
export const OUR_SETTINGS = payloadOf([
  [Setting.enablePush, 0],
  [Setting.initialWindowSize, ANSWER_BYTES],
]);

function payloadOf(settings: [identifier: number, value: number][]): Buffer {
  const payload = Buffer.alloc(SETTING_BYTES * settings.length);
  for (const [index, [identifier, value]] of settings.entries()) {
    payload.writeUInt16BE(identifier, SETTING_BYTES * index);
    payload.writeUInt32BE(value, SETTING_BYTES * index + 2);
  }
  return payload;
}

/** What the peer wants (RFC 9113 §6.5); it may change its mind at any time. */
export class PeerSettings {
  maxConcurrentStreams = Infinity;
  /** They came. */
  isKnown = false;

  constructor(
    private readonly encoder: HpackEncoder,
    private readonly window: SendWindow,
    private readonly streams: Http2Streams,
  ) {}

  /** @throws {Http2Error} */
  change(payload: Buffer): void {
    if (payload.length % SETTING_BYTES !== 0)
      throw new Http2Error('frameSizeError', 'SETTINGS are cut');
    this.isKnown = true;
    for (let at = 0; at < payload.length; at += SETTING_BYTES)
      this.#set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
  }

  #set(identifier: number, value: number): void {
    switch (identifier) {
      case Setting.headerTableSize:
        return this.encoder.resize(value);
      case Setting.maxConcurrentStreams:
        this.maxConcurrentStreams = value;
        return;
      case Setting.initialWindowSize:
        if (value > MAX_WINDOW_BYTES)
          throw new Http2Error('flowControlError', 'a window is too large');
        return this.window.resize(value, this.streams.values());
      case Setting.maxFrameSize:
        if (value < FRAME_BYTES || value > MAX_FRAME_BYTES)
          throw new Http2Error('protocolError', 'the longest frame is too short or too long');
    }
  }
}
