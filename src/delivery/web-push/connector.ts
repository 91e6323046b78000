import type { TLSSocket } from 'node:tls';
import type { Failure } from '../outcome.js';
import type { Target } from './connection.js';
import { connectFailure } from './connection.js';
import { Http1Agent } from './http1-agent.js';
import { Http2Session } from './http2-session.js';
import { NotPublicError } from './public-address.js';
import type { Transport } from './transport.js';

const HTTP1_CONNECTIONS = 50;

export interface ConnectorEvents {
  connected(): void;
  /** There is no connection, and none is on its way. */
  failed(failure: Failure | 'not public'): void;
  /** More requests can be taken than before. */
  room(): void;
  /** The transport takes no more requests. */
  left(): void;
}

/** Keeps at most one transport to one origin, and speaks the protocol that the origin chooses. */
export class Connector {
  readonly #target: Target;
  readonly #maxConcurrent: number;
  readonly #events: ConnectorEvents;
  #connecting: TLSSocket | undefined;
  #transport: Transport | undefined;

  constructor(target: Target, maxConcurrent: number, events: ConnectorEvents) {
    this.#target = target;
    this.#maxConcurrent = maxConcurrent;
    this.#events = events;
  }

  get transport(): Transport | undefined {
    return this.#transport;
  }

  /** Nothing happens when there is a transport already, or one on its way. */
  connect(): void {
    if (this.#transport !== undefined || this.#connecting !== undefined) return;
    try {
      this.#await(this.#target.open());
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Graceful where there is a transport: nothing must be under way any more. */
  close(): void {
    this.#abort();
    this.#transport?.close();
    this.#transport = undefined;
  }

  destroy(): void {
    this.#abort();
    this.#transport?.destroy();
    this.#transport = undefined;
  }

  #await(socket: TLSSocket): void {
    this.#connecting = socket;
    const failed = (error?: unknown) => {
      if (this.#connecting !== socket) return;
      this.#connecting = undefined;
      this.#failed(error);
    };
    socket.on('error', failed);
    socket.on('close', failed);
    socket.once('secureConnect', () => {
      if (this.#connecting !== socket) return;
      this.#connecting = undefined;
      this.#transport = this.#speak(socket);
      this.#events.connected();
    });
  }

  #speak(socket: TLSSocket): Transport {
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      return new Http1Agent(this.#target, Math.min(this.#maxConcurrent, HTTP1_CONNECTIONS));
    }
    socket.setNoDelay(true);
    const session: Http2Session = new Http2Session(
      socket,
      this.#target,
      this.#maxConcurrent,
      () => this.#events.room(),
      () => {
        if (this.#transport !== session) return;
        this.#transport = undefined;
        this.#events.left();
      },
    );
    return session;
  }

  #failed(error: unknown): void {
    this.#events.failed(error instanceof NotPublicError ? 'not public' : connectFailure(error));
  }

  #abort(): void {
    const socket = this.#connecting;
    this.#connecting = undefined;
    socket?.destroy();
  }
}
