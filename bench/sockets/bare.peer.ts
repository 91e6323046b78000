import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { serve } from '../support/server.js';

/** Told to broadcast: a message for each room. */
export type Broadcast = Record<string, object>;

/** socket.io as its documentation has it: a room joined, a message emitted to the room. */
serve(async () => {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  const families = server.of('/alerts');
  families.on('connection', (socket: Socket) => {
    void socket.join((socket.handshake.auth as { room: string }).room);
    socket.on('watch', (_request: object, acknowledge: (answer: object) => void) =>
      acknowledge({ watching: 1, active: [] }),
    );
  });
  process.on('message', (broadcast: Broadcast) => {
    const beganAt = performance.timeOrigin + performance.now();
    for (const [room, payload] of Object.entries(broadcast))
      families.to(room).emit('alert', payload);
    process.send!({ beganAt });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
