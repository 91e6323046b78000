import fastify from 'fastify';
import { serve } from '../support/server.js';

/** What no answer of a handler on this server beats: the bytes are there before they are asked for. */
serve(async ({ body }: { body: string }) => {
  const app = fastify();
  app.get('/alerts.geojson', (_request, reply) =>
    reply.header('content-type', 'application/geo+json; charset=utf-8').send(body),
  );
  return app.listen({ port: 0, host: '127.0.0.1' });
});
