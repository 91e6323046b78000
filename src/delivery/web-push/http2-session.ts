import type { TLSSocket } from 'node:tls';
import type { Target } from './connection.js';
import type { Field } from './http2/hpack-table.js';
import { Http2Client } from './http2/http2-client.js';
import { ErrorCode } from './http2/http2-error.js';
import type { Http2Stream, StreamEvents } from './http2/http2-stream.js';
import type { Exchange, Handle, PushRequest, Transport } from './transport.js';
import { MAX_ANSWER_BYTES } from './transport.js';

/** What a client may count on before it has read the peer's SETTINGS (RFC 9113 §6.5.2). */
const STREAMS_BEFORE_SETTINGS = 100;

type Common = Pick<PushRequest, 'authorization' | 'ttl' | 'topic'> & { bytes: number };

/** One long-lived HTTP/2 connection. */
export class Http2Session implements Transport {
  readonly #client: Http2Client;
  readonly #target: Target;
  #limit: number;
  #open = 0;
  /** Of the last request, and most likely of the next. */
  #common: { of: Common; fields: readonly Field[] } | undefined;

  /**
   * @param socket connected, and both sides agreed on `h2`
   * @param onRoom more requests can be taken than before
   * @param onLeaving it takes no more requests; those under way may still end well
   */
  constructor(
    socket: TLSSocket,
    target: Target,
    maxConcurrent: number,
    onRoom: () => void,
    onLeaving: () => void,
  ) {
    this.#target = target;
    this.#limit = Math.min(maxConcurrent, STREAMS_BEFORE_SETTINGS);
    this.#client = new Http2Client(socket, ['retry-after'], {
      settings: (maxConcurrentStreams) => {
        this.#limit = Math.min(maxConcurrent, maxConcurrentStreams);
        onRoom();
      },
      leaving: onLeaving,
    });
  }

  get room(): number {
    return this.#client.isLeaving ? 0 : Math.max(0, this.#limit - this.#open);
  }

  send(request: PushRequest, exchange: Exchange): Handle {
    const pushed = new PushStream(this.#client, exchange, () => (this.#open -= 1));
    pushed.stream = this.#client.request(request.path, this.#fields(request), request.body, pushed);
    this.#open += 1;
    return pushed;
  }

  close(): void {
    this.#client.close();
  }

  destroy(): void {
    this.#client.destroy();
  }

  #fields({ authorization, ttl, topic, body }: PushRequest): readonly Field[] {
    const bytes = body.length;
    const of = this.#common?.of;
    const isSame =
      of?.authorization === authorization &&
      of.ttl === ttl &&
      of.topic === topic &&
      of.bytes === bytes;
    if (!isSame) {
      const common = { authorization, ttl, topic, bytes };
      this.#common = { of: common, fields: fieldsOf(this.#target.authority, common) };
    }
    return this.#common!.fields;
  }
}

/** RFC 8030 §5, without the path. */
function fieldsOf(authority: string, { authorization, ttl, topic, bytes }: Common): Field[] {
  return [
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', authority],
    ['authorization', authorization],
    ['ttl', ttl],
    ['urgency', 'high'],
    ['topic', topic],
    ['content-encoding', 'aes128gcm'],
    ['content-type', 'application/octet-stream'],
    ['content-length', String(bytes)],
  ];
}

/** One message on its way. */
class PushStream implements Handle, StreamEvents {
  stream: Http2Stream | undefined;
  /** Nothing more is said of it but that its place is free. */
  #isDone = false;
  #bytes = 0;

  constructor(
    private readonly client: Http2Client,
    private readonly exchange: Exchange,
    private readonly free: () => void,
  ) {}

  get sent(): boolean {
    return this.stream?.sent ?? false;
  }

  cancel(): void {
    this.#isDone = true;
    if (this.stream) this.client.cancel(this.stream);
  }

  headed(fields: ReadonlyMap<string, string>): void {
    this.#isDone = true;
    this.exchange.answered(Number(fields.get(':status')), fields.get('retry-after'));
  }

  content(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_ANSWER_BYTES) this.cancel();
  }

  closed(code: number | undefined): void {
    this.free();
    this.exchange.released();
    if (!this.#isDone) this.#unanswered(code);
  }

  #unanswered(code: number | undefined): void {
    const { sent } = this;
    // a half request is never processed, but where the peer reset it, it had a reason to
    const isUnseen = code === ErrorCode.refusedStream || (code === undefined && !sent);
    if (isUnseen) this.exchange.notProcessed();
    else
      this.exchange.failed(
        code === undefined || code === ErrorCode.noError ? 'closed' : 'reset',
        sent,
      );
  }
}
