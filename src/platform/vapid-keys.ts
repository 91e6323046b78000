import { createECDH, createHash } from 'node:crypto';

/** One identity of the service toward push services (RFC 8292), as it is written down. */
export interface VapidPair {
  /** base64url, 65 bytes: an uncompressed P-256 point. */
  publicKey: string;
  /** base64url, 32 bytes. */
  privateKey: string;
}

export interface VapidKey extends VapidPair {
  /** First 8 characters of the base64url SHA-256 of the public key: remembered per subscription. */
  keyId: string;
}

/** What a pair of keys is called in the environment. */
export interface PairNames {
  publicKey: string;
  privateKey: string;
}

/** What is wrong with a pair; none: its halves are keys, and belong together. Shows no value. */
export function pairProblems({ publicKey, privateKey }: VapidPair, names: PairNames): string[] {
  const problems: string[] = [];
  if (bytesOf(publicKey)?.length !== 65)
    problems.push(
      `${names.publicKey} must be an uncompressed P-256 point, 65 bytes in base64url without padding`,
    );
  const scalar = bytesOf(privateKey);
  if (scalar?.length !== 32)
    problems.push(`${names.privateKey} must be 32 bytes in base64url without padding`);
  else if (problems.length === 0 && publicOf(scalar) !== publicKey)
    problems.push(
      `${names.publicKey} does not belong to ${names.privateKey}: give both halves of one pair`,
    );
  return problems;
}

export function vapidKey({ publicKey, privateKey }: VapidPair): VapidKey {
  const keyId = createHash('sha256').update(publicKey).digest('base64url').slice(0, 8);
  return { publicKey, privateKey, keyId };
}

/** Bytes of base64url; undefined when it is spelled otherwise, because a key's id is its text's. */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** base64url; undefined when the number is no private key of the curve. */
function publicOf(privateKey: Buffer): string | undefined {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(privateKey);
  } catch {
    return undefined;
  }
  return pair.getPublicKey('base64url');
}
