import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect, constants } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Target } from './connection.js';
import type { Exchange, Handle, PushRequest, Transport } from './transport.js';
import { MAX_ANSWER_BYTES } from './transport.js';

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } =
  constants;

/** What a client may count on before it has read the peer's SETTINGS (RFC 9113 §6.5.2). */
const STREAMS_BEFORE_SETTINGS = 100;

/** One long-lived HTTP/2 connection (RFC 9113). */
export class Http2Session implements Transport {
  readonly #session: ClientHttp2Session;
  readonly #target: Target;
  #limit: number;
  #open = 0;
  /** The last stream the peer said that it may have processed, once it says so. */
  #lastStreamId = Infinity;
  #leaving = false;

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
    const session = connect(target.origin, {
      createConnection: () => socket,
      settings: { enablePush: false },
    });
    this.#session = session;
    const leave = () => {
      if (this.#leaving) return;
      this.#leaving = true;
      onLeaving();
    };
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }) => {
      this.#limit = Math.min(maxConcurrent, maxConcurrentStreams);
      onRoom();
    });
    session.on('goaway', (_code, lastStreamId) => {
      // a first GOAWAY may announce the second with 2^31-1 (RFC 9113 §6.8)
      this.#lastStreamId = lastStreamId ?? 0;
      session.close();
      leave();
    });
    // told of by each stream
    session.on('error', ignore);
    session.on('close', leave);
  }

  get room(): number {
    if (this.#leaving || this.#session.closed || this.#session.destroyed) return 0;
    return Math.max(0, this.#limit - this.#open);
  }

  send(request: PushRequest, exchange: Exchange): Handle {
    const stream = this.#session.request(this.#headers(request), { endStream: false });
    this.#open += 1;
    let answered = false;
    stream.on('response', (headers, flags) => {
      answered = true;
      exchange.answered(Number(headers[':status']), headers['retry-after']);
      if ((flags & NGHTTP2_FLAG_END_STREAM) === 0) readSome(stream);
      else stream.resume();
    });
    stream.on('error', ignore);
    stream.on('close', () => {
      this.#open -= 1;
      exchange.released();
      // whether a GOAWAY is told of before the ends that it causes is not promised
      if (!answered) setImmediate(() => this.#ended(stream, exchange));
    });
    stream.end(request.body);
    return new StreamHandle(stream);
  }

  close(): void {
    this.#session.close();
    this.#session.destroy();
  }

  destroy(): void {
    this.#session.destroy();
  }

  /** As a flat list: an object would be checked and copied for every message. */
  #headers({ path, authorization, ttl, topic, body }: PushRequest): readonly string[] {
    return [
      ':method',
      'POST',
      ':scheme',
      'https',
      ':authority',
      this.#target.authority,
      ':path',
      path,
      'authorization',
      authorization,
      'ttl',
      ttl,
      'urgency',
      'high',
      'topic',
      topic,
      'content-encoding',
      'aes128gcm',
      'content-type',
      'application/octet-stream',
      'content-length',
      String(body.length),
    ];
  }

  #ended(stream: ClientHttp2Stream, exchange: Exchange): void {
    const sent = stream.writableFinished;
    const unseen =
      stream.id === undefined ||
      stream.id > this.#lastStreamId ||
      stream.rstCode === NGHTTP2_REFUSED_STREAM ||
      // a half request is never processed, but where the peer reset it, it had a reason to
      (!sent && (this.#session.destroyed || this.#leaving));
    if (unseen) exchange.notProcessed();
    else exchange.failed(stream.rstCode === NGHTTP2_NO_ERROR ? 'closed' : 'reset', sent);
  }
}

class StreamHandle implements Handle {
  readonly #stream: ClientHttp2Stream;

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
  }

  get sent(): boolean {
    return this.#stream.writableFinished;
  }

  cancel(): void {
    this.#stream.close(NGHTTP2_CANCEL);
  }
}

function readSome(stream: ClientHttp2Stream): void {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) stream.close(NGHTTP2_CANCEL);
  });
}

function ignore(): void {}
