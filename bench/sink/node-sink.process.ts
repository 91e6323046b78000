import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Answers 201 to whatever has arrived whole. */
process.once('message', (certificates: { key: string; cert: string }) => {
  const server = createSecureServer({
    ...certificates,
    allowHTTP1: true,
    settings: { maxConcurrentStreams: 128 },
  });
  server.on('request', (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(201).end());
    request.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
});
