import { verify } from 'node:crypto';
import type { PublicKeys } from '../platform/public-keys.js';
import { canonicalBytes } from './chain.js';

/** Stands first in what is signed, so that no other signature of the same key fits. */
export const CHECKPOINT_TYPE = 'campana-ledger-checkpoint/1';

/** What the ledger was at a moment. */
export interface Checkpoint {
  /** The network's public address. */
  network: string;
  time: Date;
  /** Entries. */
  size: number;
  /** Of the chain. */
  head: Buffer;
  /** Of the Merkle tree over all leaves. */
  root: Buffer;
}

/** A checkpoint as it is published: JSON, digests in hex, 64 bytes of signature in base64url. */
export interface SignedCheckpoint {
  type: typeof CHECKPOINT_TYPE;
  network: string;
  time: string;
  size: number;
  head: string;
  root: string;
  keyId: string;
  signature: string;
}

/** Whoever holds the private key; signs with Ed25519 (RFC 8032). */
interface CheckpointSigner {
  keyId: string;
  sign(bytes: Buffer): { signature: Buffer };
}

/** It is no checkpoint, whoever gave it. */
export class UnreadableCheckpoint extends Error {}

export function signCheckpoint(checkpoint: Checkpoint, signer: CheckpointSigner): SignedCheckpoint {
  const { network, time, size, head, root } = checkpoint;
  const unsigned = {
    type: CHECKPOINT_TYPE,
    network,
    time: time.toISOString(),
    size,
    head: head.toString('hex'),
    root: root.toString('hex'),
    keyId: signer.keyId,
  } as const;
  const { signature } = signer.sign(signedBytes(unsigned));
  return { ...unsigned, signature: signature.toString('base64url') };
}

/** The type, a line feed, and all but the signature as RFC 8785 writes it. */
function signedBytes(published: object): Buffer {
  const { signature: _, ...rest } = published as { signature?: unknown };
  return Buffer.concat([Buffer.from(`${CHECKPOINT_TYPE}\n`), canonicalBytes(rest)]);
}

export type Trust = 'ok' | 'unknown-key' | 'wrong-signature';

/** Whether a network with these keys signed it, just as it is. */
export function trustIn(checkpoint: SignedCheckpoint, keys: PublicKeys): Trust {
  const key = keys.get(checkpoint.keyId);
  if (!key) return 'unknown-key';
  const signature = Buffer.from(checkpoint.signature, 'base64url');
  const holds = verify(null, signedBytes(checkpoint), key, signature);
  return holds ? 'ok' : 'wrong-signature';
}

export const checkpointOf = (published: SignedCheckpoint): Checkpoint => ({
  network: published.network,
  time: new Date(published.time),
  size: published.size,
  head: Buffer.from(published.head, 'hex'),
  root: Buffer.from(published.root, 'hex'),
});

/**
 * The checkpoints of a file: one as JSON, or one a line.
 * @throws UnreadableCheckpoint unless every one has the form, and there is one.
 */
export function readCheckpoints(text: string): SignedCheckpoint[] {
  const whole = jsonOf(text);
  if (whole !== undefined) return [published(whole)];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UnreadableCheckpoint('it is empty');
  return lines.map((line) => published(jsonOf(line)));
}

const isDigest = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** What each member must be. */
const FORM: { [K in keyof SignedCheckpoint]: (value: unknown) => boolean } = {
  type: (value) => value === CHECKPOINT_TYPE,
  network: (value) => typeof value === 'string',
  time: isInstant,
  size: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  head: isDigest,
  root: isDigest,
  keyId: (value) => typeof value === 'string' && /^[A-Za-z0-9_-]{1,16}$/.test(value),
  signature: isSignature,
};

function published(value: unknown): SignedCheckpoint {
  const members = (value ?? {}) as Record<string, unknown>;
  for (const [name, fits] of Object.entries(FORM))
    if (!fits(members[name])) throw new UnreadableCheckpoint(`${name} is not what it must be`);
  const unknown = Object.keys(members).find((name) => !(name in FORM));
  if (unknown !== undefined) throw new UnreadableCheckpoint('it has a member that none has');
  return value as SignedCheckpoint;
}

function isInstant(value: unknown): boolean {
  const date = new Date(typeof value === 'string' ? value : NaN);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value;
}

/** One signature has one spelling: the last character holds four bits that say nothing. */
function isSignature(value: unknown): boolean {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64url');
  return bytes.length === 64 && bytes.toString('base64url') === value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
