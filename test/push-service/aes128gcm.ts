import type { ECDH } from 'node:crypto';
import ece from 'http_ece';
import { Refused } from './refused.js';

const SALT_BYTES = 16;
const KEY_BYTES = 65;
const HEADER_BYTES = SALT_BYTES + 4 + 1 + KEY_BYTES;
const TAG_BYTES = 16;
const DELIMITER_BYTES = 1;

export interface DecryptedBody {
  plaintext: Buffer;
  /** Bytes of plaintext and padding together, without the delimiter */
  paddedBytes: number;
}

/**
 * One RFC 8188 record as RFC 8291 section 4 restricts it.
 * @throws {Refused} 400 when the header is wrong or the record does not open
 */
export function decryptBody(body: Buffer, privateKey: ECDH, authSecret: Buffer): DecryptedBody {
  checkHeader(body);
  const paddedBytes = body.length - HEADER_BYTES - DELIMITER_BYTES - TAG_BYTES;
  try {
    const plaintext = ece.decrypt(body, { version: 'aes128gcm', privateKey, authSecret });
    return { plaintext, paddedBytes };
  } catch (error) {
    throw new Refused(400, `body is not decryptable: ${(error as Error).message}`);
  }
}

function checkHeader(body: Buffer): void {
  if (body.length < HEADER_BYTES + DELIMITER_BYTES + TAG_BYTES) {
    throw new Refused(400, `body is not aes128gcm: only ${body.length} bytes`);
  }
  const keyBytes = body.readUInt8(SALT_BYTES + 4);
  if (keyBytes !== KEY_BYTES || body[HEADER_BYTES - KEY_BYTES] !== 4) {
    throw new Refused(400, 'body is not aes128gcm: keyid is not an uncompressed P-256 point');
  }
  const recordSize = body.readUInt32BE(SALT_BYTES);
  if (recordSize <= body.length - HEADER_BYTES) {
    throw new Refused(400, `body is not one record: rs is ${recordSize}`);
  }
}
