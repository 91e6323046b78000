import type { PushUrl, PushAddress } from './channel.js';
import type { MessageKeys } from './web-push/message-keys.js';

/** Where each part lies in a slot, and its bytes. */
const MARK = [0, 16] as const;
const SALT = [16, 16] as const;
const SENDER_KEY = [32, 65] as const;
const CONTENT_KEY = [97, 16] as const;
const NONCE = [113, 12] as const;
const P256DH = [125, 65] as const;
const AUTH = [190, 16] as const;
const ORIGIN = 206;
const PATH_LENGTH = 208;
const PATH = 210;
const SLOT = 512;
/** Longer ones are read and opened when they are sent to. */
const MAX_PATH = SLOT - PATH;
/** As the slot's two bytes count them. */
const MAX_ORIGINS = 0x1_00_00;

/** What a device's next message needs that does not depend on the message. */
export type ReadyDevice = Omit<PushAddress, 'vapidKeyId' | 'url'> & {
  url: PushUrl;
  keys: MessageKeys;
};

/**
 * Devices whose channel is opened and whose next message's keys are made: RFC 8291's costly part (an
 * ephemeral pair, ECDH, HKDF) does not depend on the message, so it is done while nothing is sent.
 * All of it lives in this memory alone, and a device's is handed out once: no crash, no retry and no
 * other worker can bring keys back that were taken.
 */
export class ReadyDevices {
  readonly #slots: Buffer;
  readonly #free: number[];
  readonly #slotOf = new Map<string, number>();
  readonly #origins: Pick<PushUrl, 'origin' | 'host'>[] = [];
  readonly #originAt = new Map<string, number>();

  /** @param capacity devices; about 600 bytes each, most of them once it is needed */
  constructor(capacity: number) {
    this.#slots = Buffer.alloc(capacity * SLOT);
    this.#free = Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
  }

  get size(): number {
    return this.#slotOf.size;
  }

  get isFull(): boolean {
    return this.#free.length === 0;
  }

  /** @param mark of the device's channel, 16 bytes: whoever has another one now is not ready */
  has(id: string, mark: Buffer): boolean {
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return false;
    const start = slot * SLOT;
    return mark.compare(this.#slots, start, start + mark.length) === 0;
  }

  /** In place of what it had. Nothing is kept where there is no room, or an address is very long. */
  put(id: string, mark: Buffer, { url, p256dh, auth, keys }: ReadyDevice): void {
    this.#drop(id);
    const origin = this.#numberOf(url);
    if (this.isFull || url.path.length > MAX_PATH || origin === undefined) return;
    const slot = this.#free.pop()!;
    mark.copy(this.#part(slot, MARK));
    keys.salt.copy(this.#part(slot, SALT));
    keys.senderPublicKey.copy(this.#part(slot, SENDER_KEY));
    keys.contentKey.copy(this.#part(slot, CONTENT_KEY));
    keys.nonce.copy(this.#part(slot, NONCE));
    p256dh.copy(this.#part(slot, P256DH));
    auth.copy(this.#part(slot, AUTH));
    const start = slot * SLOT;
    this.#slots.writeUInt16BE(origin, start + ORIGIN);
    this.#slots.writeUInt16BE(url.path.length, start + PATH_LENGTH);
    this.#slots.write(url.path, start + PATH, 'latin1');
    this.#slotOf.set(id, slot);
  }

  /** Hands out what is there for this channel of the device, and keeps nothing of it. */
  take(id: string, mark: Buffer): ReadyDevice | undefined {
    if (!this.has(id, mark)) return undefined;
    const start = this.#slotOf.get(id)! * SLOT;
    const slot = Buffer.from(this.#slots.subarray(start, start + SLOT));
    this.#drop(id);
    const part = ([from, bytes]: readonly [number, number]) => slot.subarray(from, from + bytes);
    const path = slot.toString('latin1', PATH, PATH + slot.readUInt16BE(PATH_LENGTH));
    return {
      url: { ...this.#origins[slot.readUInt16BE(ORIGIN)]!, path },
      p256dh: part(P256DH),
      auth: part(AUTH),
      keys: {
        salt: part(SALT),
        senderPublicKey: part(SENDER_KEY),
        contentKey: part(CONTENT_KEY),
        nonce: part(NONCE),
      },
    };
  }

  #drop(id: string): void {
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return;
    this.#slots.fill(0, slot * SLOT, (slot + 1) * SLOT);
    this.#slotOf.delete(id);
    this.#free.push(slot);
  }

  #part(slot: number, [from, bytes]: readonly [number, number]): Buffer {
    const start = slot * SLOT + from;
    return this.#slots.subarray(start, start + bytes);
  }

  /** There are few, so each is said once. */
  #numberOf({ origin, host }: PushUrl): number | undefined {
    const known = this.#originAt.get(origin);
    if (known !== undefined) return known;
    if (this.#origins.length >= MAX_ORIGINS) return undefined;
    this.#originAt.set(origin, this.#origins.length);
    return this.#origins.push({ origin, host }) - 1;
  }
}
