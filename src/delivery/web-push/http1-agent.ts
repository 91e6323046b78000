import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Target } from './connection.js';
import { connectFailure, requestFailure } from './connection.js';
import type { Exchange, Handle, PushRequest, Transport } from './transport.js';
import { MAX_ANSWER_BYTES } from './transport.js';

/** Kept-alive HTTP/1.1 connections, for an origin without HTTP/2. */
export class Http1Agent implements Transport {
  readonly #target: Target;
  readonly #maxConcurrent: number;
  readonly #agent: Agent;
  #open = 0;

  constructor(target: Target, maxConcurrent: number) {
    this.#target = target;
    this.#maxConcurrent = maxConcurrent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: maxConcurrent });
  }

  get room(): number {
    return this.#maxConcurrent - this.#open;
  }

  send(push: PushRequest, exchange: Exchange): Handle {
    const request = httpsRequest({
      ...this.#target.socketOptions(),
      agent: this.#agent,
      method: 'POST',
      path: push.path,
      headers: this.#headers(push),
    });
    this.#open += 1;
    let answered = false;
    let problem: unknown;
    request.on('response', (response) => {
      answered = true;
      exchange.answered(response.statusCode ?? 0, response.headers['retry-after']);
      readSome(response, request);
    });
    request.on('error', (error) => (problem = error));
    request.on('close', () => {
      this.#open -= 1;
      exchange.released();
      if (answered) return;
      const failure = hadConnection(request) ? requestFailure(problem) : connectFailure(problem);
      exchange.failed(failure, request.writableFinished);
    });
    request.end(push.body);
    return new RequestHandle(request);
  }

  close(): void {
    this.#agent.destroy();
  }

  destroy(): void {
    this.#agent.destroy();
  }

  #headers({ authorization, ttl, topic, body }: PushRequest): Record<string, string | number> {
    return {
      host: this.#target.authority,
      authorization,
      ttl,
      urgency: 'high',
      topic,
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      'content-length': body.length,
    };
  }
}

class RequestHandle implements Handle {
  readonly #request: ClientRequest;

  constructor(request: ClientRequest) {
    this.#request = request;
  }

  get sent(): boolean {
    return this.#request.writableFinished;
  }

  cancel(): void {
    this.#request.destroy();
  }
}

/** Encrypted bytes came back, so what failed was the request and not the connection. */
function hadConnection({ socket }: ClientRequest): boolean {
  return socket !== null && (socket as { authorized?: boolean }).authorized === true;
}

function readSome(response: IncomingMessage, request: ClientRequest): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) request.destroy();
  });
  response.on('error', () => {});
}
