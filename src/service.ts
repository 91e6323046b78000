import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { LogController, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { UPLOAD_ROUTE } from './evidence/streams.js';
import { IdentityService } from './identity/identity.service.js';
import { Asked } from './platform/asked.js';
import { Bus } from './platform/bus.js';
import type { Config } from './platform/config.js';
import { HttpErrors } from './platform/http-errors.js';
import { NestLogger } from './platform/logger.js';
import { refuseUnreadable } from './platform/query-limits.js';
import { Queue } from './platform/queue.js';
import { SocketServer } from './platform/socket-server.js';
import { inputValidation } from './platform/validation.js';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** A request of 1 MB and less is here by then, or never. */
const REQUEST_MS = 20_000;
/** A file of 15 MB over a line of 400 kbit/s. */
const UPLOAD_MS = 300_000;
/** Connections that wait to be taken up; the system may allow fewer. All families may come at once. */
const BACKLOG = 4_096;

export interface Service {
  app: NestFastifyApplication;
  listen(): Promise<void>;
  /** The first admin's link, while there is no admin. */
  adminInvite(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The service as one process, ready to listen. The database is up and migrated. */
export async function createService(config: Config, logger: Logger): Promise<Service> {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    // An address that cannot even be parsed reaches no route and no filter.
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => {
      const error = { code: 'BAD_USER_INPUT', message: 'The request cannot be read.' };
      void reply.status(400).send({ error });
    },
    // One line per request is written below, with the route's pattern in place of the address.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: UPLOAD_MS,
    http: { headersTimeout: REQUEST_MS },
    connectionTimeout: 60_000,
    genReqId: () => randomUUID(),
    trustProxy: false,
    return503OnClosing: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, logger),
    adapter,
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: true },
  );
  app.useGlobalPipes(inputValidation());
  app.useGlobalFilters(new HttpErrors(logger));
  noteRequests(app);
  logRequests(app, logger);
  letCachesKeep(app);
  guardDocuments(app);
  hurryBodies(app);
  await app.init();
  await app.get(Bus).start();
  await app.get(Queue).start();
  return {
    app,
    async listen() {
      if (config.servesHttp) app.get(SocketServer).attach(app.getHttpServer());
      const { port, host } = config.http;
      await app.listen({ port, host, backlog: BACKLOG });
    },
    adminInvite: () => app.get(IdentityService).bootstrapInviteUrl(),
    close: () => app.close(),
  };
}

/** For whoever gives way to them. */
function noteRequests(app: NestFastifyApplication): void {
  const asked = app.get(Asked);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, _reply, done) => {
      asked.note();
      done();
    });
}

/** Public queries sent by GET may be kept for a moment by a cache; nothing with a token is. */
function letCachesKeep(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, payload, done) => {
      if (request.routeOptions.url === '/graphql') {
        const isPublic =
          request.method === 'GET' && !request.headers.authorization && reply.statusCode === 200;
        void reply
          .header('cache-control', isPublic ? 'public, max-age=5' : 'no-store')
          .header('vary', 'authorization');
      }
      done(null, payload);
    });
}

/** The server's own limit is one for all requests, and that of a file. */
function hurryBodies(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preParsing', (request, _reply, payload, done) => {
      if (request.routeOptions.url !== UPLOAD_ROUTE && request.method === 'POST') {
        const late = setTimeout(() => request.raw.destroy(), REQUEST_MS);
        for (const end of ['end', 'close'] as const)
          request.raw.once(end, () => clearTimeout(late));
      }
      done(null, payload);
    });
}

/** Before Mercurius sees, parses and remembers it. */
function guardDocuments(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preHandler', async (request) => {
      if (request.routeOptions.url !== '/graphql') return;
      for (const source of [request.body, request.query])
        refuseUnreadable((source as { query?: unknown } | null | undefined)?.query);
    });
}

/** One line per request: the route's pattern, never the address, which may hold a token. */
function logRequests(app: NestFastifyApplication, logger: Logger): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      logger.info(
        {
          reqId: request.id,
          method: request.method,
          route: request.routeOptions.url ?? 'none',
          status: reply.statusCode,
          millis: Math.round(reply.elapsedTime),
        },
        'request',
      );
      done();
    });
}
