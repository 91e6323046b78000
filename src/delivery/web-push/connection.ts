import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import type { Failure } from '../outcome.js';
import { isRefusedLiteral, NotPublicError, publicLookup } from './public-address.js';

export interface NetworkOptions {
  /** Only for a push service under test: also loopback and private addresses. */
  allowPrivate: boolean;
  /** Trusts other authorities than the system's. */
  secureContext?: SecureContext | undefined;
}

/** Where one origin is reached; `hostname` as `URL.hostname` gives it. */
export class Target {
  readonly origin: string;
  readonly hostname: string;
  /** The value of `:authority` and `Host`. */
  readonly authority: string;
  readonly #port: number;
  readonly #network: NetworkOptions;

  constructor(origin: string, network: NetworkOptions) {
    const { hostname, host, port } = new URL(origin);
    this.origin = origin;
    this.hostname = hostname;
    this.authority = host;
    this.#port = port === '' ? 443 : Number(port);
    this.#network = network;
  }

  /** @throws {NotPublicError} for a literal address; for a name the connection fails with it */
  socketOptions() {
    const { allowPrivate, secureContext } = this.#network;
    if (!allowPrivate && isRefusedLiteral(this.hostname)) throw new NotPublicError();
    const host = this.hostname.replace(/^\[|\]$/g, '');
    return {
      host,
      port: this.#port,
      // RFC 6066 §3 has no literal address there
      ...(isIP(host) === 0 && { servername: host }),
      ...(secureContext !== undefined && { secureContext }),
      ...(!allowPrivate && { lookup: LOOKUP }),
    };
  }

  /** A connection on its way, that offers HTTP/2 before HTTP/1.1. @throws {NotPublicError} */
  open(): TLSSocket {
    return connect({ ...this.socketOptions(), ALPNProtocols: ['h2', 'http/1.1'] });
  }
}

const LOOKUP: LookupFunction = publicLookup();

const FAILURES: Readonly<Record<string, Failure>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ENOTPUBLIC: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  HPE_HEADER_OVERFLOW: 'overflow',
};

/** What kept a connection from being made. */
export function connectFailure(error: unknown): Failure {
  return FAILURES[errorCode(error)] ?? 'tls';
}

/** What ended a request on a connection that had been made. */
export function requestFailure(error: unknown): Failure {
  return FAILURES[errorCode(error)] ?? 'reset';
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
