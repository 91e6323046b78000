import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Namespace } from 'socket.io';
import { Bus } from '../platform/bus.js';
import { SocketServer } from '../platform/socket-server.js';
import type { Viewer } from './access.js';
import { IdentityService } from './identity.service.js';
import { ANY_STAFF, DISPATCH, type RoleName } from './roles.js';

type Incoming = Record<string, never>;

/** What staff hear on `/dispatch`. Each folder adds its own event's shape. */
export interface DispatchEvents {
  report: (report: object) => void;
  incident: (incident: object) => void;
  delivery: (progress: object) => void;
  lapsing: (incident: object) => void;
  pause: (state: object) => void;
  drill: (payload: object) => void;
  export: (job: object) => void;
  certification: (state: object) => void;
}

interface SocketData {
  viewer: Viewer;
}

/** Who hears an event: everybody who dispatches, all staff, or one person. */
export type Hearers = 'dispatchers' | 'staff' | { staffId: string };

/** Tells one socket something as it joins. */
export type Greeting = (tell: (event: keyof DispatchEvents, data: object) => void) => Promise<void>;

const ROOMS_OF = { dispatchers: DISPATCH, staff: ANY_STAFF } as const;

/** The `/dispatch` namespace: staff only, checked when the socket opens and closed on sign-out. */
@Injectable()
export class DispatchGateway implements OnModuleInit {
  private readonly namespace: Namespace<Incoming, DispatchEvents, Incoming, SocketData>;
  private readonly greetings: Greeting[] = [];

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
        (viewer) => {
          if (viewer?.role !== role) socket.disconnect(true);
          else void this.greet(socket, role);
        },
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

  /** What a dispatcher must know from the first moment. */
  onJoin(greeting: Greeting): void {
    this.greetings.push(greeting);
  }

  /** Whether nobody is connected to this process: what they would be told need not be read. */
  get isIdle(): boolean {
    return this.namespace.sockets.size === 0;
  }

  /** Tells the sockets of this process; every process hears of it through the bus. */
  tell<E extends keyof DispatchEvents>(hearers: Hearers[], event: E, data: object): void {
    const rooms = hearers.flatMap((to) =>
      typeof to === 'string' ? ROOMS_OF[to].map(roleRoom) : [`staff:${to.staffId}`],
    );
    (this.namespace.to(rooms) as unknown as Emitter).emit(event, data);
  }

  private async greet(socket: object, role: RoleName): Promise<void> {
    if (!DISPATCH.includes(role)) return;
    for (const greeting of this.greetings)
      await greeting((event, data) => (socket as Emitter).emit(event, data)).catch(() => undefined);
  }
}

/** The typed event map wants one event at a time. */
type Emitter = { emit(event: string, data: object): void };

const roleRoom = (role: RoleName) => `role:${role}`;

function refusal(): Error {
  const error = new Error('Sign in first: connect with auth: { token }.');
  return Object.assign(error, { data: { code: 'UNAUTHENTICATED' } });
}
