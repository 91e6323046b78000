import type { Keyring, Sealed } from '../platform/keyring.js';

/** How to reach a device by Web Push, in the clear: in memory only. */
export interface PushKeys {
  endpoint: string;
  /** 65 bytes. */
  p256dh: Buffer;
  /** 16 bytes. */
  auth: Buffer;
}

/** A device as it is kept, but for where and how it is reached. */
export interface KnownDevice {
  id: string;
  locale: string;
  /** Of the data key that seals its channel. */
  channelKeyId: string;
  /** Of the VAPID key that the browser subscribed with. */
  vapidKeyId: string | null;
  /** The day its push service first answered 404. */
  missingSince: string | null;
}

/** With its endpoint and keys, sealed. */
export interface SealedDevice extends KnownDevice {
  channel: Buffer;
}

/** With the mark of its channel: whoever has opened that one need not read it again. */
export interface MarkedDevice extends KnownDevice {
  /** 16 bytes. */
  mark: Buffer;
}

/** What tells a sealed channel from every other: its authentication tag (NIST SP 800-38D). */
export const markOf = (channel: Buffer): Buffer => channel.subarray(-16);

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
