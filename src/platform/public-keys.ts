import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** Published keys by their `kid`. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/**
 * The Ed25519 keys of a JWK Set (RFC 7517), as it is published; keys of another kind are left out.
 * @returns undefined when it is no JWK Set.
 */
export function publicKeysOf(set: unknown): PublicKeys | undefined {
  const { keys } = (set ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) return undefined;
  return new Map(
    keys.flatMap((jwk) => named(jwk as Partial<JsonWebKey & { kid: unknown }> | null)),
  );
}

function named(jwk: Partial<JsonWebKey & { kid: unknown }> | null): [string, KeyObject][] {
  if (jwk?.kty !== 'OKP' || jwk.crv !== 'Ed25519' || typeof jwk.kid !== 'string') return [];
  const { kty, crv, x, kid } = jwk;
  try {
    return [[kid, createPublicKey({ key: { kty, crv, x }, format: 'jwk' })]];
  } catch {
    return [];
  }
}
