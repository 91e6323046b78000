import { errors, importJWK, jwtVerify } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import { Refused } from './refused.js';

const DAY_SECONDS = 86_400;
const CACHED_HEADERS = 1_000;

export interface VapidClaims {
  /** base64url: who signed it */
  key: string;
  subject: string;
  audience: string;
  /** epoch seconds */
  expiresAt: number;
}

/** RFC 8292, with `sub` required as some push services do. */
export class VapidVerifier {
  readonly #origin: string;
  readonly #now: () => number;
  readonly #verified = new Map<string, VapidClaims>();

  /** @param now epoch ms */
  constructor(origin: string, now: () => number = Date.now) {
    this.#origin = origin;
    this.#now = now;
  }

  /** @throws {Refused} 401 */
  async verify(authorization: string | undefined): Promise<VapidClaims> {
    const cached = this.#verified.get(authorization ?? '');
    if (cached !== undefined && cached.expiresAt > this.#now() / 1000) return cached;
    const { token, key } = parseAuthorization(authorization);
    const claims = checkClaims(await this.#verifyToken(token, await importPoint(key)), this.#now());
    if (this.#verified.size >= CACHED_HEADERS) this.#verified.clear();
    const verified = { ...claims, key, audience: this.#origin };
    this.#verified.set(authorization ?? '', verified);
    return verified;
  }

  async #verifyToken(token: string, key: CryptoKey | Uint8Array): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        audience: this.#origin,
        requiredClaims: ['aud', 'exp', 'sub'],
        currentDate: new Date(this.#now()),
      });
      return payload;
    } catch (error) {
      throw new Refused(401, `vapid: ${tokenProblem(error)}`);
    }
  }
}

function parseAuthorization(authorization: string | undefined): { token: string; key: string } {
  if (authorization === undefined) throw new Refused(401, 'vapid: Authorization missing');
  const [scheme = '', ...rest] = authorization.split(' ');
  if (scheme.toLowerCase() !== 'vapid') throw new Refused(401, 'vapid: scheme is not vapid');
  const parameters = new Map<string, string>();
  for (const parameter of rest.join('').split(',')) {
    const equals = parameter.indexOf('=');
    parameters.set(parameter.slice(0, equals), parameter.slice(equals + 1));
  }
  const token = parameters.get('t');
  const key = parameters.get('k');
  if (!token || !key) throw new Refused(401, 'vapid: t or k missing');
  return { token, key };
}

/** @param key base64url of an uncompressed P-256 point */
async function importPoint(key: string): Promise<CryptoKey | Uint8Array> {
  const point = Buffer.from(key, 'base64url');
  if (point.length === 65 && point[0] === 4 && point.toString('base64url') === key) {
    const x = point.toString('base64url', 1, 33);
    const y = point.toString('base64url', 33);
    try {
      return await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    } catch {
      // not on the curve: answered below
    }
  }
  throw new Refused(401, 'vapid: k is not a P-256 public key');
}

function checkClaims({ exp, sub }: JWTPayload, now: number) {
  if (exp === undefined || exp > now / 1000 + DAY_SECONDS) {
    throw new Refused(401, 'vapid: exp is more than 24 hours ahead');
  }
  if (sub === undefined || !isContact(sub)) {
    throw new Refused(401, 'vapid: sub is not a mailto: or https: URL');
  }
  return { subject: sub, expiresAt: exp };
}

function isContact(subject: string): boolean {
  const url = URL.parse(subject);
  if (url?.protocol === 'mailto:') return url.pathname.includes('@');
  return url?.protocol === 'https:';
}

function tokenProblem(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'token expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad signature';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.reason === 'missing' ? `${error.claim} missing` : `wrong ${error.claim}`;
  }
  return error instanceof Error ? error.message : String(error);
}
