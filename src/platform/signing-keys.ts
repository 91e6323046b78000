import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { EnvironmentError, type Secrets } from './env.js';

/** The public half of a signing key as a JWK (RFC 7517, RFC 8037). */
export interface PublicSigningKey {
  kty: 'OKP';
  crv: 'Ed25519';
  /** 32 bytes in base64url. */
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

/** PKCS #8 of an Ed25519 key (RFC 8410), up to its 32 bytes of seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 keys (RFC 8032) by which families know the network's words. */
export class SigningKeys {
  private constructor(
    /** Of the key that signs. */
    readonly keyId: string,
    private readonly currentKey: KeyObject,
    /** Every key given, the one that signs first. */
    readonly publicKeys: readonly PublicSigningKey[],
  ) {}

  /** @throws EnvironmentError when `SIGNING_KEYS` is not what it must be; it shows no value. */
  static from({ SIGNING_KEYS }: Pick<Secrets, 'SIGNING_KEYS'>): SigningKeys {
    const problems: string[] = [];
    const keys = new Map<string, KeyObject>();
    for (const entry of SIGNING_KEYS.split(',')) {
      const [id, seed, ...more] = entry.trim().split(':');
      const bytes = Buffer.from(seed ?? '', 'base64url');
      if (!id || !/^[A-Za-z0-9_-]{1,16}$/.test(id) || more.length > 0)
        problems.push('SIGNING_KEYS must be ID:SEED[,ID:SEED…], the first one signs');
      else if (bytes.length !== 32)
        problems.push('SIGNING_KEYS must hold seeds of 32 bytes in base64url (npm run secrets)');
      else if (keys.has(id)) problems.push(`SIGNING_KEYS has the ID ${id} twice`);
      else keys.set(id, privateKey(bytes));
    }
    if (problems.length > 0) throw new EnvironmentError([...new Set(problems)]);
    const [current] = keys;
    return new SigningKeys(
      ...current!,
      [...keys].map(([id, key]) => published(id, key)),
    );
  }

  /** Signs with the first key; the signature is 64 bytes. */
  sign(bytes: Buffer): { keyId: string; signature: Buffer } {
    return { keyId: this.keyId, signature: sign(null, bytes, this.currentKey) };
  }
}

const privateKey = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });

function published(kid: string, key: KeyObject): PublicSigningKey {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x: x!, kid, alg: 'EdDSA', use: 'sig' };
}
