import { verify, type KeyObject } from 'node:crypto';
import { canonicalBytes } from '../ledger/chain.js';
import type { PublicKeys } from '../platform/public-keys.js';

export { publicKeysOf, type PublicKeys } from '../platform/public-keys.js';

/** A message as it came back from somewhere: nothing of it is believed yet. */
export interface SignedPayload {
  signature?: unknown;
  [member: string]: unknown;
}

/** Whoever holds the private key; signs with Ed25519 (RFC 8032). */
export interface Signer {
  /** @returns 64 bytes, and the name of the key. */
  sign(bytes: Buffer): { keyId: string; signature: Buffer };
}

export type Verdict =
  | { kind: 'ok'; keyId: string }
  | { kind: 'unsigned' }
  /** Made with a key that is not among the published: nobody vouches for it. */
  | { kind: 'unknown-key'; keyId: string }
  | { kind: 'altered' };

/** Exit status of `npm run alert:verify`; for several messages, 20 before 40 before 0. */
export const EXIT_STATUS = {
  ok: 0,
  unsigned: 20,
  altered: 20,
  'unknown-key': 40,
} as const satisfies Record<Verdict['kind'], number>;

const FORM = /^(?<keyId>[A-Za-z0-9_-]{1,16})\.(?<bytes>[A-Za-z0-9_-]{86})$/;

/**
 * What is signed: the payload without its `signature`, as RFC 8785 writes it, in UTF-8. The order
 * of members does not matter, and nothing stands before or after.
 */
export function signedBytes(payload: object): Buffer {
  const { signature: _, ...rest } = payload as SignedPayload;
  return canonicalBytes(rest);
}

/** The payload with its `signature`: the key's id, a dot, and 64 bytes in base64url. */
export function signPayload<T extends object>(payload: T, signer: Signer): T & Signature {
  const { keyId, signature } = signer.sign(signedBytes(payload));
  return { ...payload, signature: `${keyId}.${signature.toString('base64url')}` };
}

interface Signature {
  signature: string;
}

/** Whether the network that published the keys signed this message, just as it is. */
export function verifyPayload(payload: object, keys: PublicKeys): Verdict {
  const { signature } = payload as SignedPayload;
  if (typeof signature !== 'string' || signature === '') return { kind: 'unsigned' };
  const { keyId, bytes } = FORM.exec(signature)?.groups ?? {};
  const given = Buffer.from(bytes ?? '', 'base64url');
  // One signature has one spelling: the last character holds four bits that say nothing.
  if (!keyId || given.toString('base64url') !== bytes) return { kind: 'altered' };
  const key = keys.get(keyId);
  if (!key) return { kind: 'unknown-key', keyId };
  return isOver(payload, given, key) ? { kind: 'ok', keyId } : { kind: 'altered' };
}

function isOver(payload: object, signature: Buffer, key: KeyObject): boolean {
  try {
    return verify(null, signedBytes(payload), key, signature);
  } catch {
    return false; // it cannot be written canonically, so it never was signed
  }
}
