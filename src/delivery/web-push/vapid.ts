import webPush from 'web-push';

const LIFETIME_MS = 12 * 3_600_000;

/** The sender's identity toward push services (RFC 8292). */
export interface VapidKeys {
  /** base64url, 65 bytes, uncompressed. */
  publicKey: string;
  /** base64url, 32 bytes. */
  privateKey: string;
  /** https or mailto URL by which a push service finds the operator. */
  subject: string;
}

/** The Authorization header of one push origin and key, signed twice a day and not per message. */
export class VapidHeader {
  readonly #origin: string;
  readonly #keys: VapidKeys;
  #value = '';
  #renewAt = -Infinity;

  /** @param origin scheme, host and port: the token's audience */
  constructor(origin: string, keys: VapidKeys) {
    this.#origin = origin;
    this.#keys = keys;
  }

  /**
   * Valid for at least half of its 12 hours from `now`, in epoch ms.
   * @throws {Error} from web-push, when the keys are none or the subject is no URL
   */
  at(now: number): string {
    if (now >= this.#renewAt || now < this.#renewAt - LIFETIME_MS / 2) this.#renew(now);
    return this.#value;
  }

  #renew(now: number): void {
    const { publicKey, privateKey, subject } = this.#keys;
    const expires = Math.floor((now + LIFETIME_MS) / 1000);
    this.#value = webPush.getVapidHeaders(
      this.#origin,
      subject,
      publicKey,
      privateKey,
      'aes128gcm',
      expires,
    ).Authorization;
    this.#renewAt = now + LIFETIME_MS / 2;
  }
}

/** The headers of one push origin: one per key, made when it is first needed. */
export class VapidHeaders {
  readonly #origin: string;
  readonly #keys: ReadonlyMap<string, VapidKeys>;
  readonly #headers = new Map<string, VapidHeader>();

  /** @param keys by id */
  constructor(origin: string, keys: ReadonlyMap<string, VapidKeys>) {
    this.#origin = origin;
    this.#keys = keys;
  }

  /** As {@link VapidHeader.at}. @throws {Error} when there is no such key */
  at(now: number, keyId: string): string {
    let header = this.#headers.get(keyId);
    if (header === undefined) {
      const keys = this.#keys.get(keyId);
      if (keys === undefined) throw new Error('no such VAPID key');
      header = new VapidHeader(this.#origin, keys);
      this.#headers.set(keyId, header);
    }
    return header.at(now);
  }
}
