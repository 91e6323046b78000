import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Server as HttpServer } from 'node:http';
import { Server, type DefaultEventsMap, type Namespace } from 'socket.io';
import { Config } from './config.js';
import { MetricName, Metrics } from './metrics.js';

/** Bytes of one frame a client may send: five areas and a cursor fit many times over. */
const MAX_FRAME_BYTES = 16 * 1024;

/** The socket.io server; each namespace belongs to the folder that speaks on it. */
@Injectable()
export class SocketServer implements BeforeApplicationShutdown {
  private readonly server: Server;

  constructor(config: Config, metrics: Metrics) {
    this.server = new Server({
      transports: config.production ? ['websocket'] : ['websocket', 'polling'],
      maxHttpBufferSize: MAX_FRAME_BYTES,
      pingInterval: 20_000,
      pingTimeout: 20_000,
      // In a crowd that comes at once, whoever waits for a turn is not sent away.
      connectTimeout: 30_000,
      serveClient: false,
      cors: { origin: true },
    });
    metrics.gauge(MetricName.sockets, 'Open sockets', ['namespace'], (gauge) => {
      for (const name of ['/alerts', '/dispatch'])
        gauge.set({ namespace: name.slice(1) }, this.server.of(name).sockets.size);
    });
  }

  namespace<Incoming extends DefaultEventsMap, Outgoing extends DefaultEventsMap, Data>(
    name: '/alerts' | '/dispatch',
  ): Namespace<Incoming, Outgoing, DefaultEventsMap, Data> {
    return this.server.of(name) as Namespace<Incoming, Outgoing, DefaultEventsMap, Data>;
  }

  attach(http: HttpServer): void {
    this.server.attach(http);
  }

  /** Before the HTTP server closes, which would wait for them. */
  beforeApplicationShutdown(): void {
    this.server.disconnectSockets(true);
    this.server.engine?.close();
  }
}
