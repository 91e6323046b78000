import type { Writable } from 'node:stream';
import { FrameType, HEADER_BYTES } from './frames.js';

/** So much leaves at once, at the latest; longer than any frame that is written here. */
const CHUNK_BYTES = 32 * 1024;
const SPARE_CHUNKS = 64;
/** Of all connections: whoever sends most needs most. */
const SPARE: Buffer[] = [];

/** Gathers frames, so that many leave with one write. */
export class FrameWriter {
  readonly #socket: Writable;
  #chunk: Buffer = SPARE.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #end = 0;

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#chunk.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    this.#header(type, flags, streamId, payload.length);
    this.bytes(payload);
  }

  /** One whose payload are whole numbers of 32 bits. */
  numbers(type: number, streamId: number, ...numbers: number[]): void {
    this.#header(type, 0, streamId, 4 * numbers.length);
    for (const number of numbers) this.#end = this.#chunk.writeUInt32BE(number, this.#end);
  }

  /**
   * @param most bytes of the section
   * @param write the section into a buffer from a place on, and says where it ends; when it throws
   *   there is no frame
   */
  headers(
    flags: number,
    streamId: number,
    most: number,
    write: (into: Buffer, at: number) => number,
  ): void {
    this.#room(HEADER_BYTES + most);
    const start = this.#end + HEADER_BYTES;
    const end = write(this.#chunk, start);
    this.#header(FrameType.headers, flags, streamId, end - start);
    this.#end = end;
  }

  flush(): void {
    if (this.#end === 0) return;
    const chunk = this.#chunk;
    const gathered = chunk.subarray(0, this.#end);
    this.#chunk = SPARE.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#end = 0;
    this.#socket.write(gathered, () => {
      if (SPARE.length < SPARE_CHUNKS) SPARE.push(chunk);
    });
  }

  /** With its payload in one chunk. */
  #header(type: number, flags: number, streamId: number, length: number): void {
    this.#room(HEADER_BYTES + length);
    const at = this.#end;
    this.#chunk.writeUIntBE(length, at, 3);
    this.#chunk[at + 3] = type;
    this.#chunk[at + 4] = flags;
    this.#end = this.#chunk.writeUInt32BE(streamId, at + 5);
  }

  #room(bytes: number): void {
    if (this.#end + bytes > CHUNK_BYTES) this.flush();
  }
}
