import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Namespace } from 'socket.io';
import { Bus } from '../platform/bus.js';
import { SocketServer } from '../platform/socket-server.js';
import type { Viewer } from './access.js';
import { IdentityService } from './identity.service.js';
import { DISPATCH, type RoleName } from './roles.js';

type Incoming = Record<string, never>;

/** What staff hear on `/dispatch`. Each folder adds its own event's shape. */
export interface DispatchEvents {
  report: (report: object) => void;
  incident: (incident: object) => void;
  delivery: (progress: object) => void;
}

interface SocketData {
  viewer: Viewer;
}

/** Who hears an event: everybody who dispatches, or one person. */
export type Hearers = 'dispatchers' | { staffId: string };

/** The `/dispatch` namespace: staff only, checked when the socket opens and closed on sign-out. */
@Injectable()
export class DispatchGateway implements OnModuleInit {
  private readonly namespace: Namespace<Incoming, DispatchEvents, Incoming, SocketData>;

  constructor(
    sockets: SocketServer,
    private readonly identity: IdentityService,
    private readonly bus: Bus,
  ) {
    this.namespace = sockets.namespace('/dispatch') as typeof this.namespace;
  }

  onModuleInit(): void {
    this.namespace.use((socket, next) => {
      const { token } = socket.handshake.auth as { token?: unknown };
      this.identity.viewerOf(typeof token === 'string' ? token : undefined).then(
        (viewer) => {
          if (!viewer) return next(refusal());
          socket.data.viewer = viewer;
          next();
        },
        () => next(new Error('INTERNAL_SERVER_ERROR')),
      );
    });
    this.namespace.on('connection', (socket) => {
      const { id, role, sessionId } = socket.data.viewer;
      void socket.join([`staff:${id}`, `session:${sessionId}`, `role:${role}`]);
      // The session may have ended, or the role changed, between the handshake and the rooms.
      this.identity.viewerOf((socket.handshake.auth as { token: string }).token).then(
        (viewer) => viewer?.role === role || socket.disconnect(true),
        () => socket.disconnect(true),
      );
    });
    this.bus.on('signedOut', ({ staffId, sessionId }) => {
      this.namespace
        .in(sessionId ? `session:${sessionId}` : `staff:${staffId}`)
        .disconnectSockets(true);
    });
    // Sign-outs may have been missed: whoever still counts comes back by itself.
    this.bus.onResumed(() => this.namespace.disconnectSockets(true));
  }

  /** Tells the sockets of this process; every process hears of it through the bus. */
  tell<E extends keyof DispatchEvents>(hearers: Hearers[], event: E, data: object): void {
    const rooms = hearers.flatMap((to) =>
      to === 'dispatchers' ? DISPATCH.map(roleRoom) : [`staff:${to.staffId}`],
    );
    (this.namespace.to(rooms) as unknown as { emit(event: string, data: object): void }).emit(
      event,
      data,
    );
  }
}

const roleRoom = (role: RoleName) => `role:${role}`;

function refusal(): Error {
  const error = new Error('Sign in first: connect with auth: { token }.');
  return Object.assign(error, { data: { code: 'UNAUTHENTICATED' } });
}
