import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, Http2ServerResponse } from 'node:http2';
import type { Http2ServerRequest } from 'node:http2';
import type { Behaviour } from './behaviour.js';

export type Request = Http2ServerRequest | IncomingMessage;
export type Response = Http2ServerResponse | ServerResponse;
export type Misbehaviour = Extract<Behaviour, { kind: 'hang' | 'drip' | 'reset' }>;

const DRIP_MS = 50;
const LONGEST_TTL_SECONDS = 28 * 86_400;

/** undefined when the client gave up; 'too large' as soon as it is, the rest is discarded. */
export function readBody(
  request: Request,
  maxBytes: number,
): Promise<Buffer | 'too large' | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) resolve('too large');
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(request.aborted ? undefined : Buffer.concat(chunks)));
    request.on('close', () => resolve(undefined));
  });
}

export function answerCreated(response: Response, origin: string, ttl: number): void {
  response.statusCode = 201;
  response.setHeader('Location', `${origin}/message/${randomBytes(16).toString('base64url')}`);
  response.setHeader('TTL', String(Math.min(ttl, LONGEST_TTL_SECONDS)));
  response.end();
}

/** A redirect leads to a path of this service that nobody was given, so following it is seen. */
export function answerStatus(
  response: Response,
  origin: string,
  { status, retryAfterSeconds }: Extract<Behaviour, { kind: 'status' }>,
): void {
  response.statusCode = status;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  if (status >= 300 && status < 400) response.setHeader('Location', `${origin}/moved`);
  response.end();
}

export function answerRefused(response: Response, status: number, reason: string): void {
  response.statusCode = status;
  if (status === 405) response.setHeader('Allow', 'POST');
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ code: status, message: reason }));
}

export function misbehave(request: Request, response: Response, behaviour: Misbehaviour): void {
  request.resume();
  if (behaviour.kind === 'reset') reset(response);
  if (behaviour.kind === 'drip') drip(response, behaviour.status ?? 201);
}

function reset(response: Response): void {
  if (response instanceof Http2ServerResponse) {
    response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  } else {
    response.socket?.destroy();
  }
}

function drip(response: Response, status: number): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain');
  writeByte(response);
  const timer = setInterval(() => writeByte(response), DRIP_MS);
  timer.unref();
  response.on('close', () => clearInterval(timer));
}

function writeByte(response: Response): void {
  if (response instanceof Http2ServerResponse) response.write('.');
  else response.write('.');
}
