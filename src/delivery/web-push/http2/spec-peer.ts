import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { until } from '../spec-origin.js';
import { FrameReader, PREFACE, type Frame } from './frames.js';
import type { Field } from './hpack-table.js';
import { Http2Client } from './http2-client.js';
import type { Http2Stream } from './http2-stream.js';

const COMMON: Field[] = [
  [':method', 'POST'],
  ['ttl', '60'],
];
const [PING, ACK] = [0x6, 0x1];

export const SETTINGS = frame(0x4, 0, 0);
/** `:status: 201` and END_STREAM. */
export const accept = (streamId: number) => frame(0x1, 0x5, streamId, '4803323031');

/** A frame's bytes (RFC 9113 §4.1). @param payload numbers of 32 bits, hex, and bytes */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  ...payload: (number | string | Uint8Array)[]
): Buffer {
  const body = Buffer.concat(payload.map(bytesOf));
  const header = Buffer.alloc(9);
  header.writeUIntBE(body.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, body]);
}

function bytesOf(part: number | string | Uint8Array): Uint8Array {
  if (typeof part === 'string') return Buffer.from(part.replaceAll(' ', ''), 'hex');
  return typeof part === 'number' ? bytesOf(part.toString(16).padStart(8, '0')) : part;
}

/** A client and the other end of its connection, which says what the spec has it say. */
export class SpecPeer {
  readonly client: Http2Client;
  /** What the client sent, after its first SETTINGS. */
  readonly frames: Frame[] = [];
  /** What the client told, such as `1 201` and `1 closed 0`. */
  readonly told: string[] = [];
  isClosed = false;
  /** The client's side of the connection. */
  readonly own: Socket;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #pings = 0;

  static async start(): Promise<SpecPeer> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const own = connect({ port, host: '127.0.0.1', noDelay: true });
    const [socket] = (await once(server, 'connection')) as [Socket];
    server.close();
    const peer = new SpecPeer(own, socket);
    await until(() => peer.frames.length === 1);
    peer.frames.shift();
    return peer;
  }

  private constructor(own: Socket, socket: Socket) {
    this.own = own;
    this.#socket = socket;
    let preface = '';
    socket.on('data', (chunk: Buffer) => {
      const missing = PREFACE.length - preface.length;
      preface += chunk.toString('latin1', 0, missing);
      for (const one of this.#reader.read(chunk.subarray(missing)))
        this.frames.push({ ...one, payload: Buffer.from(one.payload) });
    });
    socket.on('error', () => {});
    socket.on('close', () => (this.isClosed = true));
    own.on('error', () => {});
    this.client = new Http2Client(own, ['retry-after'], {
      settings: (most) => this.told.push(`settings ${most}`),
      leaving: () => this.told.push('leaving'),
    });
  }

  request(path = '/1', body = Buffer.from('body')): Http2Stream {
    const tell = (what: string) => this.told.push(`${stream.id} ${what}`);
    const stream = this.client.request(path, COMMON, body, {
      headed: (fields) => tell([...fields.values()].join(' ')),
      content: (bytes) => tell(`content ${bytes}`),
      closed: (code) => tell(`closed ${code}`),
    });
    return stream;
  }

  say(...bytes: Uint8Array[]): void {
    this.#socket.write(Buffer.concat(bytes));
  }

  /** Once all that was said so far is heard, and what came of it is here. */
  async heard(...bytes: Uint8Array[]): Promise<void> {
    const mark = (this.#pings += 1);
    this.say(...bytes, frame(PING, 0, 0, 0, mark));
    const isAnswer = ({ type, flags, payload }: Frame) =>
      type === PING && flags === ACK && payload.readUInt32BE(4) === mark;
    await until(() => this.isClosed || this.frames.some(isAnswer));
    this.frames.splice(this.frames.findIndex(isAnswer), 1);
  }

  /** It says no more, and is still there. */
  hangUp(): void {
    this.#socket.end();
  }

  /** It reads no more. */
  deafen(): void {
    this.#socket.pause();
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    this.client.destroy();
    await until(() => this.isClosed);
  }
}
