import type {
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
  Settings,
} from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Certificates } from '../../../test/push-service/certificates.js';
import { makeCertificates } from '../../../test/push-service/certificates.js';
import type { Outcome } from '../channel.js';
import { Target } from './connection.js';
import type { Fault, OriginLimits } from './origin-options.js';
import { ORIGIN_LIMITS } from './origin-options.js';
import { PushOrigin } from './push-origin.js';

type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** A bare HTTP/2 server for what only the wire shows; its handler can be changed at any time. */
export class SpecServer {
  static certificates: Promise<Certificates> = makeCertificates();
  readonly paths: string[] = [];
  readonly sessions: ServerHttp2Session[] = [];
  readonly #server;
  readonly #sockets = new Set<Socket>();

  static async start(settings: Settings, handle: Handler): Promise<SpecServer> {
    const { keyPem, certPem } = await SpecServer.certificates;
    const server = new SpecServer(keyPem, certPem, settings, handle);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor(key: string, cert: string, settings: Settings, handle: Handler) {
    this.#server = createSecureServer({ key, cert, settings });
    this.#server.on('session', (session) => this.sessions.push(session));
    this.#server.on('sessionError', () => {});
    this.#server.on('stream', (stream, headers) => {
      this.paths.push(String(headers[':path']));
      stream.on('error', () => {});
      handle(stream, headers);
      if (!stream.isPaused()) stream.resume();
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `https://localhost:${this.port}`;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function answer(stream: ServerHttp2Stream, status: number, retryAfter?: string): void {
  if (stream.destroyed) return;
  stream.respond(
    { ':status': status, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
    { endStream: true },
  );
}

/** Answers late and keeps count of how many requests are open at once. */
export function answerCounted(stream: ServerHttp2Stream, count: { open: number; most: number }) {
  count.open += 1;
  count.most = Math.max(count.most, count.open);
  stream.on('end', () => {
    setImmediate(() => {
      count.open -= 1;
      answer(stream, 201);
    });
  });
}

type Settled = { host: string; outcome: Outcome; millis: number };

/** A PushOrigin with a clock that stands still, and every body the same. */
export class SpecOrigin {
  now = Date.now();
  readonly faults: Fault[] = [];
  readonly answers: Settled[] = [];
  readonly origin: PushOrigin;

  static async to(origin: string, limits: Partial<OriginLimits> = {}, trusted = true) {
    const { caPem } = await SpecServer.certificates;
    const secureContext = trusted ? createSecureContext({ ca: caPem }) : undefined;
    return new SpecOrigin(new Target(origin, { allowPrivate: true, secureContext }), limits);
  }

  constructor(target: Target, limits: Partial<OriginLimits> = {}) {
    this.origin = new PushOrigin(target, {
      limits: { ...ORIGIN_LIMITS, sweepMs: 10, ...limits },
      clock: () => this.now,
      random: () => 0.5,
      authorization: (_now, keyId) => `vapid t=token, k=${keyId}`,
      body: () => Buffer.alloc(2151),
      onFault: (fault) => this.faults.push(fault),
      onAnswer: (settled) => this.answers.push(settled),
    });
  }

  send(path = '/push/1', { attempt = 0, lifeMs = 60_000, keyId = 'new' } = {}): Promise<Outcome> {
    const expires = new Date(this.now + lifeMs);
    return this.origin.send({
      path,
      address: {
        url: undefined,
        p256dh: Buffer.alloc(65),
        auth: Buffer.alloc(16),
        vapidKeyId: keyId,
      },
      keyId,
      envelope: { payload: Buffer.alloc(1), topic: 'topic', expires },
      attempt,
    });
  }

  sendMany(count: number, keyId = 'new'): Promise<Outcome[]> {
    const paths = Array.from({ length: count }, (_, i) => `/push/${i}`);
    return Promise.all(paths.map((path) => this.send(path, { keyId })));
  }
}

/** Counts of outcomes, such as `{ accepted: 3 }`. */
export function tally(outcomes: Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const unsure = outcome.kind === 'retry' && outcome.uncertain ? ' uncertain' : '';
    const key = outcome.kind + unsure;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Resolves once the condition holds; looked at after every turn of the event loop. */
export function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (condition() ? resolve() : setImmediate(look));
    look();
  });
}

/** Put off without an attempt: the wait, and half of the spread. */
export function heldFor(waitMs: number) {
  const afterMs = waitMs + Math.min(5_000, Math.max(1_000, waitMs)) / 2;
  return { kind: 'retry', afterMs, uncertain: false };
}
