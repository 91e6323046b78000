import type { ECDH, KeyObject } from 'node:crypto';
import { createCipheriv, createECDH, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { MAX_PAYLOAD_BYTES } from '../channel.js';
import type { MessageKeys } from './message-keys.js';

const SALT_BYTES = 16;
const PUBLIC_KEY_BYTES = 65;
const AUTH_BYTES = 16;
const TAG_BYTES = 16;
const DELIMITER = 0x02;
const HEADER_BYTES = SALT_BYTES + 4 + 1 + PUBLIC_KEY_BYTES;

/**
 * The `rs` field. It only has to exceed the one record that follows (RFC 8291 §4), here
 * 2,048 + 1 + 16 = 2,065 bytes; 4,096 is what browsers have always been sent.
 */
const RECORD_SIZE = 4096;

/**
 * Every body has this length, whatever it says: a header of 16 salt + 4 rs + 1 length + 65 key,
 * then 2,048 payload and padding + 1 delimiter + 16 tag = 2,151 bytes. A service must take 4,096
 * (RFC 8030 §7.2).
 */
export const BODY_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES + 1 + TAG_BYTES;

const KEY_INFO = Buffer.from('WebPush: info\0');
const CONTENT_KEY_INFO = Buffer.from('Content-Encoding: aes128gcm\0');
const NONCE_INFO = Buffer.from('Content-Encoding: nonce\0');

export type EncryptionProblem = 'PAYLOAD_TOO_LARGE' | 'INVALID_PUBLIC_KEY' | 'INVALID_AUTH';

/** Names the problem and none of the bytes. */
export class EncryptionError extends Error {
  readonly code: EncryptionProblem;

  constructor(code: EncryptionProblem) {
    super(`cannot encrypt: ${code}`);
    this.name = 'EncryptionError';
    this.code = code;
  }
}

/**
 * RFC 8291 §3.4: the costly part, which does not depend on the message.
 * @param p256dh the device's public key, 65 bytes, uncompressed
 * @param auth the device's secret, 16 bytes
 * @param ephemeral a P-256 pair made for this one message
 * @throws {EncryptionError} INVALID_PUBLIC_KEY also when the point is not on the curve
 */
export function deriveKeys(
  p256dh: Buffer,
  auth: Buffer,
  ephemeral: ECDH = newKeyPair(),
  salt: Buffer = randomBytes(SALT_BYTES),
): MessageKeys {
  if (auth.length !== AUTH_BYTES) throw new EncryptionError('INVALID_AUTH');
  const senderPublicKey = ephemeral.getPublicKey();
  const secret = createSecretKey(agree(ephemeral, p256dh));
  const info = Buffer.concat([KEY_INFO, p256dh, senderPublicKey]);
  const inputKey = createSecretKey(hkdf(secret, auth, info, 32));
  return {
    salt,
    senderPublicKey,
    contentKey: hkdf(inputKey, salt, CONTENT_KEY_INFO, 16),
    nonce: hkdf(inputKey, salt, NONCE_INFO, 12),
  };
}

/**
 * The payload, the delimiter of the last record (RFC 8188 §2) and zeros: always `size` + 1 bytes.
 * The same for every device, so made once per message.
 * @throws {EncryptionError} PAYLOAD_TOO_LARGE
 */
export function pad(payload: Buffer, size: number = MAX_PAYLOAD_BYTES): Buffer {
  if (payload.length > size) throw new EncryptionError('PAYLOAD_TOO_LARGE');
  const padded = Buffer.alloc(size + 1);
  payload.copy(padded);
  padded[payload.length] = DELIMITER;
  return padded;
}

/**
 * The body of one push (RFC 8188 §2.1): header and one record.
 * @param paddedPlaintext as {@link pad} makes it
 * @throws {EncryptionError} PAYLOAD_TOO_LARGE when it is no single record
 */
export function seal(keys: MessageKeys, paddedPlaintext: Buffer): Buffer {
  if (paddedPlaintext.length + TAG_BYTES >= RECORD_SIZE) {
    throw new EncryptionError('PAYLOAD_TOO_LARGE');
  }
  const body = Buffer.allocUnsafe(HEADER_BYTES + paddedPlaintext.length + TAG_BYTES);
  keys.salt.copy(body, 0);
  body.writeUInt32BE(RECORD_SIZE, SALT_BYTES);
  body[SALT_BYTES + 4] = PUBLIC_KEY_BYTES;
  keys.senderPublicKey.copy(body, SALT_BYTES + 5);
  // A KeyObject: raw bytes would cost three times as much.
  const cipher = createCipheriv('aes-128-gcm', createSecretKey(keys.contentKey), keys.nonce);
  cipher.update(paddedPlaintext).copy(body, HEADER_BYTES);
  cipher.final();
  cipher.getAuthTag().copy(body, HEADER_BYTES + paddedPlaintext.length);
  return body;
}

/**
 * One body of {@link BODY_BYTES} bytes with fresh keys.
 * @throws {EncryptionError}
 */
export function encrypt(device: { p256dh: Buffer; auth: Buffer }, payload: Buffer): Buffer {
  return seal(deriveKeys(device.p256dh, device.auth), pad(payload));
}

/** One object for all pairs, one after the other: whatever is made for each the collector must take apart. */
const pair = createECDH('prime256v1');

function newKeyPair(): ECDH {
  pair.generateKeys();
  return pair;
}

/** OpenSSL would take the compressed form too, which RFC 8291 does not. */
function agree(ephemeral: ECDH, p256dh: Buffer): Buffer {
  if (p256dh.length !== PUBLIC_KEY_BYTES || p256dh[0] !== 0x04) {
    throw new EncryptionError('INVALID_PUBLIC_KEY');
  }
  try {
    return ephemeral.computeSecret(p256dh);
  } catch {
    throw new EncryptionError('INVALID_PUBLIC_KEY');
  }
}

function hkdf(key: KeyObject, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, bytes));
}
