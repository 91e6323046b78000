import type { FastifyInstance } from 'fastify';

/** Where files come in. */
export const UPLOAD_ROUTE = '/evidence/:id';

/** Has one route take bodies of every declared type as they come; everywhere else they stay refused. */
export function takeStreams(server: FastifyInstance, route: string): void {
  server.addContentTypeParser('*', (request, payload, done) => {
    if (request.routeOptions.url === route) return done(null, payload);
    const refusal = Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 });
    return done(refusal);
  });
}
