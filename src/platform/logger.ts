import type { LoggerService } from '@nestjs/common';
import { pino, type Logger, type DestinationStream } from 'pino';

/**
 * The only fields a log line may carry beside the message, which is always a constant of the
 * code. What is not on the list is dropped, so that no endpoint, token, coordinate or narrative
 * reaches a log by being added to an object somewhere.
 */
const ALLOWED = new Set([
  'reqId',
  'method',
  'route',
  'status',
  'millis',
  'context',
  'role',
  'url',
  'host',
  'outcome',
  'keyId',
  'queue',
  'count',
  'reason',
  'alertId',
  'incidentId',
  'code',
  'type',
  'frames',
]);

/** Type, code and stack frames of an error: never its message, which may quote what it choked on. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  const stack = error.stack ?? '';
  // The message stands before the frames, and may look like one.
  const after = stack.indexOf(error.message) + error.message.length;
  const frames = stack
    .slice(after)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' && { code }),
    frames: frames.slice(0, 12).map((line) => line.trim()),
  };
}

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: errorFields },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => {
        const { err, ...rest } = fields;
        const all = err === undefined ? rest : { ...rest, ...errorFields(err) };
        return Object.fromEntries(Object.entries(all).filter(([name]) => ALLOWED.has(name)));
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Nest's own messages through the same logger; its chatter at start is debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, text(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, text(message));
  }

  error(message: unknown): void {
    if (message instanceof Error) this.logger.error({ err: message }, 'unexpected error');
    else this.logger.error('framework error');
  }
}

const text = (message: unknown) =>
  typeof message === 'string' ? message.slice(0, 200) : 'framework';
