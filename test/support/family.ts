import { io, type Socket } from 'socket.io-client';
import type { PushDevice, PushService } from '../push-service/push-service.js';
import { ask } from './graphql.js';
import { SUBSCRIBE } from './operations.js';

export interface Area {
  schoolId?: string;
  districtId?: string;
  cell?: { h3: string; radiusKm: number };
}

export interface PushFamily {
  device: PushDevice;
  token: string;
  id: string;
}

export const channelOf = ({ endpoint, p256dh, auth }: PushDevice) => ({ endpoint, p256dh, auth });

/** A family with a phone: real keys at the local push service, subscribed over HTTP. */
export async function subscribePush(
  url: string,
  push: PushService,
  areas: Area[],
  locale = 'en',
  drills = false,
): Promise<PushFamily> {
  const { pushPublicKey } = await ask(url, '{ pushPublicKey }');
  const device = push.createDevice(pushPublicKey);
  const input = { push: channelOf(device), locale, areas, drills };
  const { subscribe } = await ask(url, SUBSCRIBE, { input });
  return { device, token: subscribe.token, id: subscribe.subscription.id };
}

/** A family that listens on a socket. */
export interface SocketFamily {
  socket: Socket;
  received: Record<string, any>[];
  watch(request: object): Promise<Record<string, any>>;
  /** Resolves once so many alerts have arrived. */
  until(count: number): Promise<void>;
  close(): void;
}

export async function connectSocket(
  url: string,
  auth: object = {},
  namespace = '/alerts',
): Promise<SocketFamily> {
  const socket = io(`${url}${namespace}`, { transports: ['websocket'], auth, forceNew: true });
  const received: Record<string, any>[] = [];
  socket.on('alert', (payload) => received.push(payload));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
  return {
    socket,
    received,
    watch: (request) => socket.timeout(10_000).emitWithAck('watch', request),
    until: (count) => arrivals(socket, 'alert', () => received.length >= count),
    close: () => socket.close(),
  };
}

/** Waits, event by event, until a condition holds. */
export function arrivals(socket: Socket, event: string, holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`no ${event} in time`)), 15_000);
    const look = () => holds() && finish();
    const finish = (error?: Error) => {
      clearTimeout(timer);
      socket.off(event, look);
      if (error) reject(error);
      else resolve();
    };
    socket.on(event, look);
  });
}
