import { io, type Socket } from 'socket.io-client';

/** Families that listen on sockets, in a process of their own (`fork`). */
export interface ToListeners {
  url: string;
  districtId: string;
  count: number;
}

/** Once all of them watch, and then at each message that the last of them has got. */
export interface FromListeners {
  heard: number;
}

const AT_ONCE = 50;

process.once('message', async ({ url, districtId, count }: ToListeners) => {
  let arrivals = 0;
  const told = (heard: number) => process.send!({ heard } satisfies FromListeners);
  const listen = async () => {
    const socket: Socket = io(`${url}/alerts`, { transports: ['websocket'], forceNew: true });
    await new Promise((connected) => socket.once('connect', () => connected(undefined)));
    await socket.timeout(30_000).emitWithAck('watch', { areas: [{ districtId }], locale: 'es' });
    socket.on('alert', () => ++arrivals % count === 0 && told(arrivals / count));
  };
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, listen));
  told(0);
});
process.on('disconnect', () => process.exit(0));
