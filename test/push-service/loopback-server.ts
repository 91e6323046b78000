import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Request, Response } from './answer.js';
import type { Certificates } from './certificates.js';

const PORT_ATTEMPTS = 10;

export interface LoopbackListeners {
  request(request: Request, response: Response): void;
  session(): void;
}

export interface LoopbackOptions {
  port: number;
  certificates: Certificates;
  maxConcurrentStreams: number;
}

/** HTTP/2 (and HTTP/1.1 by ALPN) over TLS on 127.0.0.1 and, where there is one, ::1. */
export class LoopbackServer {
  readonly #options: LoopbackOptions;
  readonly #listeners: LoopbackListeners;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #sockets = new Set<Socket>();
  #servers: Http2SecureServer[] = [];
  port = 0;

  constructor(options: LoopbackOptions, listeners: LoopbackListeners) {
    this.#options = options;
    this.#listeners = listeners;
  }

  async listen(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#listenOnBoth();
        return;
      } catch (error) {
        await this.stop();
        if (this.#options.port !== 0 || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  /** Open streams may end, new ones are refused. */
  goAway(): void {
    for (const session of this.#sessions) session.close();
  }

  async stop(): Promise<void> {
    const servers = this.#servers;
    this.#servers = [];
    const closed = servers.map((server) => once(server, 'close'));
    for (const server of servers) server.close();
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  async #listenOnBoth(): Promise<void> {
    const ipv4 = await this.#open('127.0.0.1', this.#options.port);
    this.port = (ipv4.address() as AddressInfo).port;
    try {
      await this.#open('::1', this.port);
    } catch (error) {
      // Another's port on ::1 would answer for localhost; a machine without IPv6 is fine.
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw error;
    }
  }

  async #open(host: string, port: number): Promise<Http2SecureServer> {
    const { certificates, maxConcurrentStreams } = this.#options;
    const server = createSecureServer({
      key: certificates.keyPem,
      cert: certificates.certPem,
      allowHTTP1: true,
      settings: { maxConcurrentStreams },
    });
    server.on('request', (request, response) => this.#listeners.request(request, response));
    server.on('session', (session) => {
      this.#track(this.#sessions, session);
      this.#listeners.session();
    });
    server.on('connection', (socket: Socket) => this.#track(this.#sockets, socket));
    server.listen(port, host);
    await once(server, 'listening');
    this.#servers.push(server);
    return server;
  }

  #track<T extends ServerHttp2Session | Socket>(open: Set<T>, item: T): void {
    open.add(item);
    item.once('close', () => open.delete(item));
  }
}
