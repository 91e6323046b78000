import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/**
 * A push service that takes everything, in a process of its own (`fork`): several origins, a delay
 * before each answer, and a count of what came. It checks and decrypts nothing, so that it is out of
 * the way.
 */
export interface SinkSetup {
  certPem: string;
  keyPem: string;
  origins: number;
  streams: number;
}

export type ToSink =
  { kind: 'start'; setup: SinkSetup } | { kind: 'reset'; delayMs: number } | { kind: 'tell' };

export interface SinkCounts {
  messages: number;
  /** On the wire, TLS included, both ways. */
  bytes: number;
  /** Epoch ms at which each message was answered, ascending. */
  answeredAt: number[];
}

export type FromSink =
  { kind: 'ports'; ports: number[] } | { kind: 'done' } | { kind: 'counts'; counts: SinkCounts };

const sockets = new Set<Socket>();
let answeredAt: number[] = [];
let bytesBefore = 0;
let closedBytes = 0;
let delayMs = 0;

const bytesOf = (socket: Socket) => socket.bytesRead + socket.bytesWritten;
const allBytes = () => [...sockets].reduce((sum, socket) => sum + bytesOf(socket), closedBytes);

function answer(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  answeredAt.push(Date.now());
  stream.respond({ ':status': 201 }, { endStream: true });
}

async function listen({ certPem, keyPem, streams }: SinkSetup): Promise<Http2SecureServer> {
  const settings = { maxConcurrentStreams: streams };
  const server = createSecureServer({ cert: certPem, key: keyPem, settings });
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.resume().on('end', () => {
      if (delayMs > 0) setTimeout(answer, delayMs, stream);
      else answer(stream);
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      closedBytes += bytesOf(socket);
      sockets.delete(socket);
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}

async function heed(message: ToSink): Promise<FromSink> {
  if (message.kind === 'start') {
    const { setup } = message;
    const servers = await Promise.all(Array.from({ length: setup.origins }, () => listen(setup)));
    return {
      kind: 'ports',
      ports: servers.map((server) => (server.address() as AddressInfo).port),
    };
  }
  if (message.kind === 'reset') {
    ({ delayMs } = message);
    answeredAt = [];
    bytesBefore = allBytes();
    return { kind: 'done' };
  }
  const bytes = allBytes() - bytesBefore;
  return { kind: 'counts', counts: { messages: answeredAt.length, bytes, answeredAt } };
}

process.on('message', (message: ToSink) => {
  void heed(message).then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit(0));
