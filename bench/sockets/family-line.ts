import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);
const TEXT = 0x81;
const CLOSE = 0x88;
const MASKED = 0x80;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
const NAMESPACE = '/alerts';

export interface LineEvents {
  /** It watches: whatever is told from now on is told to it. */
  watching(): void;
  told(): void;
  /** Refused, or closed by the other side; nothing follows. */
  failed(why: string): void;
}

/**
 * One family on a socket: the websocket transport of engine.io and the packets of socket.io, as far
 * as a family's client uses them. Ten thousand of the real client would measure the clients.
 */
export class FamilyLine {
  readonly #socket: Socket;
  #read: Buffer = NOTHING;
  #upgraded = false;
  #last = 'nothing';
  #over = false;

  constructor(
    { hostname, port, host }: URL,
    private readonly auth: object,
    private readonly events: LineEvents,
  ) {
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('closed'));
    this.#socket.write(
      [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        ...[`host: ${host}`, 'connection: Upgrade', 'upgrade: websocket'],
        ...['sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''],
      ].join('\r\n'),
    );
  }

  drop(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#read = this.#read.length === 0 ? bytes : Buffer.concat([this.#read, bytes]);
    if (!this.#upgraded && !this.#upgrade()) return;
    let from = 0;
    for (;;) {
      const frame = frameAt(this.#read, from);
      if (!frame) break;
      from = frame.end;
      if (frame.first === TEXT) this.#heed(this.#read.toString('latin1', frame.start, frame.end));
      else if (frame.first === CLOSE) this.#fail('closed by the server');
    }
    this.#read = from === this.#read.length ? NOTHING : Buffer.from(this.#read.subarray(from));
  }

  #upgrade(): boolean {
    const headEnds = this.#read.indexOf(HEAD_END);
    if (headEnds < 0) return false;
    const head = this.#read.toString('latin1', 0, headEnds);
    if (!head.startsWith('HTTP/1.1 101')) this.#fail(head.split('\r\n')[0]!);
    this.#read = this.#read.subarray(headEnds + HEAD_END.length);
    return (this.#upgraded = true);
  }

  /** Engine.io's open, ping and message; of messages, socket.io's connect, event, ack and error. */
  #heed(text: string): void {
    this.#last = text.slice(0, 20);
    if (text.startsWith('2')) return this.#send('3');
    if (text.startsWith('0')) return this.#send(`40${NAMESPACE},${JSON.stringify(this.auth)}`);
    if (text.startsWith(`40${NAMESPACE}`)) return this.#send(`42${NAMESPACE},0["watch",{}]`);
    if (text.startsWith(`43${NAMESPACE},0[{"error"`)) return this.#fail(text.slice(0, 300));
    if (text.startsWith(`43${NAMESPACE}`)) return this.events.watching();
    if (text.startsWith(`42${NAMESPACE},["alert"`)) return this.events.told();
    if (text.startsWith('44') || text.startsWith('41')) this.#fail(text.slice(0, 300));
  }

  /** Masked with zeros, which leaves the bytes as they are. */
  #send(text: string): void {
    const payload = Buffer.from(text);
    const short = payload.length < TWO_BYTES;
    const head = Buffer.alloc(short ? 6 : 8);
    head[0] = TEXT;
    head[1] = MASKED | (short ? payload.length : TWO_BYTES);
    if (!short) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #fail(why: string): void {
    if (this.#over) return;
    this.drop();
    this.events.failed(`${why} after ${this.#last}`);
  }
}

/** The whole frame that begins there, or undefined: more bytes are needed. */
function frameAt(bytes: Buffer, from: number) {
  if (bytes.length < from + 2) return undefined;
  const length = bytes[from + 1]! & 0x7f;
  const start = from + (length < TWO_BYTES ? 2 : length === TWO_BYTES ? 4 : 10);
  if (bytes.length < start) return undefined;
  const size =
    length < TWO_BYTES
      ? length
      : length === EIGHT_BYTES
        ? Number(bytes.readBigUInt64BE(from + 2))
        : bytes.readUInt16BE(from + 2);
  const end = start + size;
  return bytes.length < end ? undefined : { first: bytes[from]!, start, end };
}
