import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Refusal, type RefusalKind } from './errors.js';
import { codeOf } from './graphql-errors.js';

const STATUS = {
  unauthenticated: 401,
  forbidden: 403,
  badInput: 400,
  notFound: 404,
  conflict: 409,
  rateLimited: 429,
  trainingExpired: 403,
} as const satisfies Record<RefusalKind, number>;

/** Plain HTTP routes answer errors as JSON, without stack traces; GraphQL has its own formatter. */
@Catch()
export class HttpErrors implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Mercurius formats what a resolver throws.
    if (host.getType<string>() === 'graphql') throw error;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { status, code, message } = this.describe(error, http.getRequest<FastifyRequest>());
    void reply
      .status(status)
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send({ error: { code, message } });
  }

  private describe(error: unknown, request: FastifyRequest) {
    if (error instanceof Refusal)
      return { status: STATUS[error.kind], code: codeOf(error), message: error.message };
    const status =
      error instanceof HttpException
        ? error.getStatus()
        : ((error as { statusCode?: number }).statusCode ?? 500);
    if (status === 404) return { status, code: 'NOT_FOUND', message: 'There is nothing here.' };
    if (status >= 400 && status < 500)
      return { status, code: 'BAD_USER_INPUT', message: 'The request cannot be read.' };
    this.logger.error({ err: error, reqId: request.id }, 'unexpected error in a route');
    return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong.' };
  }
}
