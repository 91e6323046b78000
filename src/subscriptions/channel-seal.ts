import type { Keyring, Sealed } from '../platform/keyring.js';

/** How to reach a device by Web Push, in the clear: in memory only. */
export interface PushKeys {
  endpoint: string;
  /** 65 bytes. */
  p256dh: Buffer;
  /** 16 bytes. */
  auth: Buffer;
}

/** A device as it is kept: where and how it is reached is sealed. */
export interface SealedDevice {
  id: string;
  locale: string;
  /** Endpoint and keys. */
  channel: Buffer;
  channelKeyId: string;
  /** Of the VAPID key that the browser subscribed with. */
  vapidKeyId: string | null;
  /** The day its push service first answered 404. */
  missingSince: string | null;
}

const FIXED = 2 + 65 + 16;
/** Ciphertexts come in few sizes, so that a length does not name the push service. */
const STEP = 512;

/** Binds the ciphertext to its table, row and column. */
const place = (id: string) => `subscription/${id}/channel`;

export function sealChannel(keyring: Keyring, id: string, keys: PushKeys): Sealed {
  const endpoint = Buffer.from(keys.endpoint, 'utf8');
  const length = Math.ceil((FIXED + endpoint.length) / STEP) * STEP;
  const plain = Buffer.alloc(length);
  plain.writeUInt16BE(endpoint.length, 0);
  keys.p256dh.copy(plain, 2);
  keys.auth.copy(plain, 67);
  endpoint.copy(plain, FIXED);
  return keyring.seal(plain, place(id));
}

/** @throws Error when the row was tampered with or its key is unknown. */
export function openChannel(keyring: Keyring, id: string, sealed: Sealed): PushKeys {
  const plain = keyring.open(sealed, place(id));
  const end = FIXED + plain.readUInt16BE(0);
  return {
    p256dh: plain.subarray(2, 67),
    auth: plain.subarray(67, FIXED),
    endpoint: plain.toString('utf8', FIXED, end),
  };
}

/** The HMAC by which the same endpoint is found again. */
export const endpointIndex = (keyring: Keyring, endpoint: string): Buffer =>
  keyring.index('endpoint', endpoint);
