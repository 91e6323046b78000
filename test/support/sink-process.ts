import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { makeCertificates, retain } from '../push-service/certificates.js';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Tally } from './tally.js';

/**
 * A push service that neither checks nor decrypts, in a process of its own: it answers 201 over
 * HTTP/2 and TLS, and counts. Started by {@link Sink}; it ends with whoever started it.
 */
export type ToSink = { id: number } & (
  | { ask: 'arrivals' }
  | { ask: 'reached'; devices: number }
  | { ask: 'heardOf'; sender: string }
  | { ask: 'forget' }
  | { ask: 'delay'; millis: number }
);

const MAX_CONCURRENT_STREAMS = 100;

const tally = new Tally();
let delayMs = 0;

const certificates = await makeCertificates();
retain(certificates);
const server = createSecureServer({
  key: certificates.keyPem,
  cert: certificates.certPem,
  settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS },
});
server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  // What its sender's death cut off counts for nothing; what is here whole counts, whoever died.
  let missing = Number(headers['content-length']);
  stream.on('data', (chunk: Buffer) => {
    missing -= chunk.length;
    if (missing > 0) return;
    tally.add(headers[':path']!, headers.authorization ?? '', String(headers.topic));
    if (delayMs === 0) answer(stream);
    else setTimeout(answer, delayMs, stream);
  });
});
server.on('sessionError', () => undefined);

function answer(stream: ServerHttp2Stream): void {
  if (!stream.destroyed) stream.respond({ ':status': 201 }, { endStream: true });
}

async function heed(message: ToSink): Promise<unknown> {
  switch (message.ask) {
    case 'arrivals':
      return tally.arrivals;
    case 'reached':
      return tally.reached(message.devices);
    case 'heardOf':
      return tally.heardOf(message.sender);
    case 'forget':
      return tally.forget();
    case 'delay':
      delayMs = message.millis;
  }
}

process.on('message', (message: ToSink) => {
  void heed(message).then((answer) => process.send!({ id: message.id, answer }));
});
process.once('disconnect', () => process.exit());

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
process.send!({ origin: `https://127.0.0.1:${port}`, caFile: certificates.caFile });
