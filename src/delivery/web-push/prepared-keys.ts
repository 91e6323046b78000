import type { MessageKeys } from './message-encryption.js';
import { deriveKeys } from './message-encryption.js';

const SALT = 16;
const PUBLIC_KEY = 65;
const CONTENT_KEY = 16;
const NONCE = 12;
const ENTRY = SALT + PUBLIC_KEY + CONTENT_KEY + NONCE;

/**
 * Message keys made ahead, one message each. RFC 8291's costly part (an ephemeral pair, ECDH, HKDF)
 * does not depend on the message, so it is done while nothing is sent. They live in this memory
 * alone: no crash, no retry and no other worker can bring one back that was taken.
 */
export class PreparedKeys {
  readonly #slots: Buffer;
  readonly #free: number[];
  /** By the device's own keys: whoever subscribes anew with others has nothing here. */
  readonly #slotOf = new Map<string, number>();

  /** @param capacity devices; about 300 bytes each, most of them at once */
  constructor(readonly capacity: number) {
    this.#slots = Buffer.alloc(capacity * ENTRY);
    this.#free = Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
  }

  get size(): number {
    return this.#slotOf.size;
  }

  /**
   * Makes the keys of a device's next message, unless they are there.
   * @returns false when there is no room
   * @throws {EncryptionError} when its keys are none
   */
  prepare(p256dh: Buffer, auth: Buffer): boolean {
    const device = nameOf(p256dh, auth);
    if (this.#slotOf.has(device)) return true;
    if (this.#free.length === 0) return false;
    const { salt, senderPublicKey, contentKey, nonce } = deriveKeys(p256dh, auth);
    const slot = this.#free.pop()!;
    let at = slot * ENTRY;
    for (const part of [salt, senderPublicKey, contentKey, nonce]) at += part.copy(this.#slots, at);
    contentKey.fill(0);
    this.#slotOf.set(device, slot);
    return true;
  }

  /** The keys of one message: those made ahead, or else made now. They are not handed out again. */
  take(p256dh: Buffer, auth: Buffer): MessageKeys {
    const device = nameOf(p256dh, auth);
    const slot = this.#slotOf.get(device);
    if (slot === undefined) return deriveKeys(p256dh, auth);
    this.#slotOf.delete(device);
    const start = slot * ENTRY;
    const entry = Buffer.from(this.#slots.subarray(start, start + ENTRY));
    this.#slots.fill(0, start, start + ENTRY);
    this.#free.push(slot);
    return {
      salt: entry.subarray(0, SALT),
      senderPublicKey: entry.subarray(SALT, SALT + PUBLIC_KEY),
      contentKey: entry.subarray(SALT + PUBLIC_KEY, ENTRY - NONCE),
      nonce: entry.subarray(ENTRY - NONCE),
    };
  }
}

const nameOf = (p256dh: Buffer, auth: Buffer) =>
  p256dh.toString('latin1') + auth.toString('latin1');
