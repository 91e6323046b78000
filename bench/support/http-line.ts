import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const ERRORS = Buffer.from('"errors":');
const NOTHING = Buffer.alloc(0);

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. It reads only what a measurement must
 * know, so that asking costs a small part of answering; a server that answers in chunks is not read.
 */
export class HttpLine {
  #read: Buffer = NOTHING;
  #broken: string | undefined;
  #answered: ((failure: string | undefined) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('close', () => this.#break('the connection was closed'));
    socket.on('error', (error) => this.#break(error.message));
  }

  static async open(host: string, port: number): Promise<HttpLine> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new HttpLine(socket);
  }

  /** @returns what was wrong with the answer, or undefined */
  ask(request: Buffer): Promise<string | undefined> {
    if (this.#broken) return Promise.resolve(this.#broken);
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#read = this.#read.length === 0 ? bytes : Buffer.concat([this.#read, bytes]);
    const headEnds = this.#read.indexOf(HEAD_END);
    if (headEnds < 0) return;
    const head = this.#read.toString('latin1', 0, headEnds);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) return this.#end(`an answer without a length: ${head}`);
    const from = headEnds + HEAD_END.length;
    if (this.#read.length < from + Number(length)) return;
    const body = this.#read.subarray(from);
    this.#read = NOTHING;
    const good = head.startsWith('HTTP/1.1 200') && !body.includes(ERRORS);
    this.#end(good ? undefined : `${head.split('\r\n')[0]} ${body.toString('utf8', 0, 500)}`);
  }

  #break(why: string): void {
    this.#broken ??= why;
    this.#end(this.#broken);
  }

  #end(failure: string | undefined): void {
    this.#read = NOTHING;
    this.#answered?.(failure);
    this.#answered = undefined;
  }
}
