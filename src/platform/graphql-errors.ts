import type { MercuriusContext } from 'mercurius';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { fieldOf, literalPath, withoutValues } from './client-mistakes.js';
import { Refusal, type RefusalKind } from './errors.js';

export type ErrorCode = (typeof CODES)[RefusalKind] | 'INTERNAL_SERVER_ERROR';

const CODES = {
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  badInput: 'BAD_USER_INPUT',
  notFound: 'NOT_FOUND',
  conflict: 'CONFLICT',
  rateLimited: 'RATE_LIMITED',
  trainingExpired: 'TRAINING_EXPIRED',
} as const satisfies Record<RefusalKind, string>;

export const codeOf = (refusal: Refusal): ErrorCode => CODES[refusal.kind];

/** Tells the log about an error that nobody foresaw; what the client sees never holds it. */
export type ReportUnexpected = (error: unknown, requestId: string) => void;

/** A refusal says what is wrong, not a hundred times. */
const MAX_ERRORS = 10;

type Failure = ExecutionResult & Required<Pick<ExecutionResult, 'errors'>>;

/** Turns whatever went wrong into the documented shape: `message`, `path`, `extensions.code`. */
export function errorFormatter(report: ReportUnexpected) {
  return (execution: Failure, context: MercuriusContext) => {
    const requestId = String(context.reply?.request?.id ?? '');
    const errors = execution.errors
      .flatMap((error) => unwrap(error))
      .slice(0, MAX_ERRORS)
      .map((error) => {
        const shown = publicError(error);
        if (shown.extensions?.code === 'INTERNAL_SERVER_ERROR') {
          report(error.originalError ?? error, requestId);
          return { ...shown, extensions: { ...shown.extensions, requestId } };
        }
        return shown;
      });
    return {
      statusCode: httpStatusOf(execution.errors[0]!) ?? (noResolverRan(errors) ? 400 : 200),
      response: { data: execution.data ?? null, errors },
    };
  };
}

/** Mercurius wraps the validation's errors in one of its own. */
function unwrap(error: GraphQLError): GraphQLError[] {
  const inner = (error.originalError as { errors?: unknown } | undefined)?.errors;
  const nested = inner ?? (error as { errors?: unknown }).errors;
  return Array.isArray(nested) && nested.length > 0 ? (nested as GraphQLError[]) : [error];
}

function publicError(error: GraphQLError): GraphQLFormattedError {
  const cause = error.originalError ?? error;
  const where = { ...(error.path && { path: error.path }) };
  if (cause instanceof Refusal) {
    const fields = cause.fields.length > 0 && { fields: cause.fields };
    return { message: cause.message, ...where, extensions: { code: codeOf(cause), ...fields } };
  }
  if (isClientMistake(error)) {
    const message = isUnderstood(error) ? withoutValues(error.message) : UNREADABLE;
    const field = fieldOf(error.message) ?? literalPath(error);
    return {
      message:
        field !== undefined && message.startsWith('must ') ? `${field}: ${message}` : message,
      ...where,
      ...(error.locations && { locations: error.locations }),
      extensions: {
        code: 'BAD_USER_INPUT',
        ...(field !== undefined && { fields: [{ field, message }] }),
      },
    };
  }
  return {
    message: 'Something went wrong on our side. Nothing was half done; please try again.',
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

const UNREADABLE = 'This request cannot be carried out as it is written.';

/**
 * A body, a document or variables that cannot be read: no resolver ran, so there is no path. With
 * a path, an error that is no refusal is a fault of ours, unless an argument was refused.
 */
function isClientMistake(error: GraphQLError): boolean {
  if (error.path === undefined) return true;
  const cause = error.originalError ?? error;
  return cause instanceof GraphQLError && error.message.startsWith('Argument "');
}

/** Whether the message was written for whoever sends requests. */
function isUnderstood(error: GraphQLError): boolean {
  const cause = error.originalError;
  return cause === undefined || cause instanceof GraphQLError || httpStatusOf(error) !== undefined;
}

/** Fastify's own refusals (a body too large, not JSON …) carry a status from 400 to 499. */
function httpStatusOf(error: GraphQLError): number | undefined {
  const status = (error.originalError as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

const noResolverRan = (errors: GraphQLFormattedError[]) =>
  errors.every(({ path }) => path === undefined);
