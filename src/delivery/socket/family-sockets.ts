import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { Clock } from '../../platform/clock.js';
import { BadInput, RateLimited, Refusal, type FieldProblem } from '../../platform/errors.js';
import { codeOf } from '../../platform/graphql-errors.js';
import { SocketServer } from '../../platform/socket-server.js';
import { LOGGER } from '../../platform/tokens.js';
import type { AreaFields } from '../../subscriptions/area.js';
import type { AreaTag, Audience } from '../../subscriptions/area-tag.js';
import { FollowedAreas } from '../../subscriptions/followed-areas.service.js';
import { SubscriptionsService } from '../../subscriptions/subscriptions.service.js';
import { Rate } from './rate.js';
import { parseWatch, type WatchRequest } from './watch-request.js';

/** What a socket follows from now on, and what it is to be told at once. */
export interface WatchAnswer {
  /** Alerts that are on now, for the acknowledgement. */
  active: TaggedPayload[];
  /** Messages missed since the cursor, oldest first, sent as events. */
  missed: TaggedPayload[];
}

export interface TaggedPayload {
  incidentId: string;
  payload: object;
}

/** One message; its words by locale. */
export interface Told {
  incidentId: string;
  /** Incidents merged into it. */
  joined: readonly string[];
  payloads: Record<string, object>;
  /** Other words for those who were told only of one of these, who was told last first. */
  threads: readonly { incidentId: string; payloads: Record<string, object> }[];
}

/** Answers a `watch`: given by whoever knows what alerts there are. */
export interface WatchHandler {
  /** Of the locales there are, the nearest to a tag. */
  localeFor(tag: string): string;
  answer(tags: AreaTag[], request: WatchRequest & { locale: string }): Promise<WatchAnswer>;
}

export interface WatchError {
  error: { code: string; message: string; fields?: FieldProblem[] };
}

interface Incoming {
  watch: (request: unknown, acknowledge?: unknown) => void;
  [event: string]: (...args: never[]) => void;
}
interface Outgoing {
  alert: (payload: object) => void;
  [event: string]: (...args: never[]) => void;
}
interface SocketData {
  /** A subscriber's own locale and areas, as they were when the socket opened. */
  token?: string;
  rate: Rate;
  rooms: string[];
}
type FamilySocket = Socket<Incoming, Outgoing, Incoming, SocketData>;

const MAX_SOCKETS = 60_000;

/** The `/alerts` namespace: families who listen, each in the rooms of its areas and locale. */
@Injectable()
export class FamilySockets implements OnModuleInit {
  private readonly namespace: Namespace<Incoming, Outgoing, Incoming, SocketData>;
  private handler: WatchHandler | undefined;

  constructor(
    sockets: SocketServer,
    private readonly subscriptions: SubscriptionsService,
    private readonly areas: FollowedAreas,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.namespace = sockets.namespace('/alerts') as unknown as typeof this.namespace;
  }

  onModuleInit(): void {
    this.namespace.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: unknown) => next(handshakeError(error)),
      );
    });
    this.namespace.on('connection', (socket) => {
      socket.on('watch', (request, acknowledge) => {
        const answer =
          typeof acknowledge === 'function' ? (acknowledge as (data: object) => void) : () => {};
        this.watch(socket, request).then(answer, (error: unknown) => answer(this.explain(error)));
      });
    });
  }

  /** Set once, by the folder that knows alerts. */
  onWatch(handler: WatchHandler): void {
    this.handler = handler;
  }

  /**
   * Tells the sockets of this process. The first message of an incident goes to the rooms of its
   * audience, a later one to whoever was told before, also of what was merged into it; and whoever
   * gets one hears the later ones too, whatever it follows or becomes of the merge by then. Who got
   * the words of a merged incident gets those for it from then on, where there are any.
   */
  tell({ incidentId, joined, payloads, threads }: Told, audience: Audience | undefined): void {
    const apart = new Set(threads.map((thread) => thread.incidentId));
    const areas = audience ? areaNames(audience) : [];
    const { rooms: known } = this.namespace.adapter;
    const joins: (() => void)[] = [];
    for (const [locale, payload] of Object.entries(payloads)) {
      const own = threadRoom(incidentId, locale);
      const others = [
        ...joined.filter((id) => !apart.has(id)).map((id) => threadRoom(id, locale)),
        ...areas.map((area) => `${area}:${locale}`),
        // Of the thousands that there could be few are ever entered.
      ].filter((room) => known.has(room));
      const join = () => this.namespace.in(others).socketsJoin(own);
      if (apart.size > 0 && others.length > 0) join();
      else if (others.length > 0) joins.push(join);
      for (const id of apart)
        this.namespace
          .in(threadRoom(id, locale))
          .except(own)
          .socketsJoin([own, mergedRoom(incidentId, id, locale)]);
      const rooms = threads.map((thread) => mergedRoom(incidentId, thread.incidentId, locale));
      const told = [own, ...others];
      if (told.some((room) => known.has(room)))
        this.namespace.to(told).except(rooms).emit('alert', payload);
      for (const [index, room] of rooms.entries())
        this.namespace.to(room).emit('alert', threads[index]!.payloads[locale]!);
    }
    // In the same turn, and after it is on its way to the last of them.
    for (const join of joins) join();
  }

  private async admit(socket: FamilySocket): Promise<void> {
    const { token } = socket.handshake.auth as { token?: unknown };
    if (this.namespace.sockets.size >= MAX_SOCKETS) throw new RateLimited('Too many sockets here.');
    if (token !== undefined && token !== null) {
      const followed = typeof token === 'string' && (await this.subscriptions.followed(token));
      if (!followed) throw new UnknownToken();
      socket.data.token = token as string;
    }
    socket.data.rate = new Rate(10, 0.5, this.clock.now().getTime());
    socket.data.rooms = [];
  }

  private async watch(socket: FamilySocket, input: unknown): Promise<object> {
    if (!socket.data.rate.take(this.clock.now().getTime()))
      throw new RateLimited('Too many watch requests: at most one in two seconds.');
    if (!this.handler) throw new Error('no handler');
    const request = parseWatch(input);
    const followed = await this.followed(socket, request.areas);
    const locale = this.handler.localeFor(request.locale ?? followed.locale ?? 'en');
    // In the rooms first: what is issued meanwhile may come twice, but is not missed.
    const hearsDrills = request.drills ?? followed.drills;
    const drillTags = hearsDrills ? this.areas.drillTagsFor(followed.tags) : [];
    await this.enter(socket, [
      ...areaRooms({ kind: 'LIVE', tags: followed.tags }, locale),
      ...areaRooms({ kind: 'DRILL', tags: drillTags }, locale),
    ]);
    await this.speak(socket, locale);
    await this.hear(socket, locale, request.incidents);
    const first = await this.handler.answer(followed.tags, { ...request, locale });
    await this.hear(socket, locale, incidentsOf(first));
    // Read again, now that it hears of their end: one that ended in between is not called active.
    const { active, missed } = await this.handler.answer(followed.tags, { ...request, locale });
    await this.hear(socket, locale, incidentsOf({ active, missed }));
    for (const { payload } of missed) socket.emit('alert', payload);
    return { watching: followed.tags.length, active: active.map(({ payload }) => payload) };
  }

  /** Incidents it hears of in another language it hears of in this one from now on. */
  private async speak(socket: FamilySocket, locale: string): Promise<void> {
    for (const room of socket.rooms) {
      const [, thread, spoken] = /^((?:incident|merged):.+):([^:]+)$/.exec(room) ?? [];
      if (!thread || spoken === locale) continue;
      await socket.join(`${thread}:${locale}`);
      await socket.leave(room);
    }
  }

  private async hear(socket: FamilySocket, locale: string, incidents: string[]): Promise<void> {
    await socket.join(incidents.map((id) => threadRoom(id, locale)));
  }

  /** The areas named, or those of the subscription: looked up anew each time. */
  private async followed(socket: FamilySocket, areas: AreaFields[] | undefined) {
    const own = socket.data.token && (await this.subscriptions.followed(socket.data.token));
    if (socket.data.token && !own) {
      socket.disconnect(true);
      throw new UnknownToken();
    }
    if (own && !areas) return own;
    const { locale, drills } = own ? own : { locale: undefined, drills: false };
    if (areas) return { locale, drills, tags: await this.areas.tagsFor(areas) };
    throw new BadInput({ field: 'areas', message: 'say which areas, or connect with a token' });
  }

  private async enter(socket: FamilySocket, rooms: string[]): Promise<void> {
    for (const room of socket.data.rooms) if (!rooms.includes(room)) await socket.leave(room);
    socket.data.rooms = rooms;
    await socket.join(rooms);
  }

  private explain(error: unknown): WatchError {
    if (!(error instanceof Refusal)) {
      this.logger.error({ err: error }, 'unexpected error in a watch');
      return { error: { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong.' } };
    }
    const fields = error.fields.length > 0 && { fields: error.fields };
    return { error: { code: codeOf(error), message: error.message, ...fields } };
  }
}

const incidentsOf = ({ active, missed }: WatchAnswer) =>
  [...active, ...missed].map(({ incidentId }) => incidentId);

/** Those of the public and those of drills are told apart by name, whatever the tags are. */
const areaNames = ({ kind, tags }: Audience) =>
  tags.map((tag) => `${kind}:${tag.toString('base64url')}`);
const areaRooms = (audience: Audience, locale: string) =>
  areaNames(audience).map((area) => `${area}:${locale}`);
const threadRoom = (incidentId: string, locale: string) => `incident:${incidentId}:${locale}`;
/** Of those in the room of an incident, who were told of it in the words for a merged one. */
const mergedRoom = (incidentId: string, merged: string, locale: string) =>
  `merged:${incidentId}:${merged}:${locale}`;

class UnknownToken extends Refusal {
  readonly kind = 'unauthenticated';
  constructor() {
    super('This token opens nothing (any more): subscribe again.');
  }
}

function handshakeError(error: unknown): Error {
  const refusal = error instanceof Refusal;
  const shown = new Error(refusal ? error.message : 'Something went wrong.');
  return Object.assign(shown, {
    data: { code: refusal ? codeOf(error) : 'INTERNAL_SERVER_ERROR' },
  });
}
