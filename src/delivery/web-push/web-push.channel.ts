import type { SecureContext } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { Channel, Envelope, Outcome, PushAddress } from '../channel.js';
import { MAX_PAYLOAD_BYTES } from '../channel.js';
import { putOff } from '../outcome.js';
import { Target } from './connection.js';
import type { Push } from './message.js';
import { deriveKeys, pad, seal } from './message-encryption.js';
import type { Fault, OriginLimits } from './origin-options.js';
import { ORIGIN_LIMITS } from './origin-options.js';
import { PushOrigin } from './push-origin.js';
import type { VapidKeys } from './vapid.js';
import { VapidHeaders } from './vapid.js';

export interface WebPushOptions {
  /** By the id that addresses name them with. */
  vapid: ReadonlyMap<string, VapidKeys>;
  /** Only for a push service under test: loopback and private addresses too. */
  allowPrivate: boolean;
  /** PEM: authorities to trust in place of the system's. */
  ca?: string | undefined;
  /** epoch ms */
  clock: () => number;
  /** In [0, 1), as Math.random. */
  random?: (() => number) | undefined;
  /**
   * A host begins to refuse messages of a key (status 400, 401, 403), or leads to no public address
   * (0); told once each time that they are then held back. Must not throw.
   */
  onFault: (fault: Fault) => void;
  /** Each message that was not put off at once, exercises apart. Must not throw. */
  onAnswer?: ((answer: { host: string; outcome: Outcome; millis: number }) => void) | undefined;
  limits?: Partial<OriginLimits> | undefined;
}

const MAX_ORIGINS = 256;
const IDLE_MS = 180_000;
const IDLE_CHECK_MS = 60_000;

/** RFC 8030 §5.4. HTTP/2 itself would take any bytes. */
const TOPIC = /^[\w-]{1,32}$/;

const NEVER_SENT = { kind: 'fault', status: 0 } as const;

/** RFC 8030 over connections that are kept, one per push origin. */
export class WebPushChannel implements Channel {
  readonly #options: WebPushOptions;
  readonly #secureContext: SecureContext | undefined;
  /** By `URL.origin`. */
  readonly #origins = new Map<string, { origin: PushOrigin; usedAt: number }>();
  /** One padded copy for all devices of a payload. */
  readonly #padded = new WeakMap<Buffer, Buffer>();
  #idleCheck: NodeJS.Timeout | undefined;
  #encryptMillis = 0;
  #held = false;
  #closing = false;

  /** @throws {Error} when a VAPID key is none, the subject no URL, or `ca` no certificate */
  constructor(options: WebPushOptions) {
    this.#options = options;
    this.#secureContext =
      options.ca === undefined ? undefined : createSecureContext({ ca: options.ca });
    const headers = new VapidHeaders('https://localhost', options.vapid);
    for (const keyId of options.vapid.keys()) headers.at(options.clock(), keyId);
  }

  /**
   * The payload's bytes must not change any more. A `fault` with status 0 was never sent: the
   * endpoint is no https URL or not public, a key or the topic is none, the payload is too large, or
   * the VAPID key is not one of those given.
   * @param body as {@link seal} made it for this address and envelope; else it is made in time
   */
  send(address: PushAddress, envelope: Envelope, attempt: number, body?: Buffer): Promise<Outcome> {
    const now = this.#options.clock();
    if (!(envelope.expires.getTime() - now >= 1000)) return Promise.resolve({ kind: 'expired' });
    if (envelope.payload.length > MAX_PAYLOAD_BYTES || !TOPIC.test(envelope.topic)) {
      return Promise.resolve({ ...NEVER_SENT });
    }
    const keyId = address.vapidKeyId;
    if (keyId === null || !this.#options.vapid.has(keyId)) {
      return Promise.resolve({ ...NEVER_SENT, cause: 'retired-key' });
    }
    const { url } = address;
    if (url === undefined) return Promise.resolve({ ...NEVER_SENT });
    const still = this.#closing || this.#held;
    const origin = still ? undefined : this.#originOf(url.origin, now);
    if (origin === undefined) {
      return Promise.resolve(putOff(0, this.#options.random ?? Math.random));
    }
    return origin.send({ path: url.path, address, keyId, envelope, attempt, body });
  }

  /**
   * Encrypts for one message, which is sent later or never. @returns undefined when that cannot be:
   * the send finds out, and tells
   */
  seal(address: PushAddress, { payload }: Envelope): Buffer | undefined {
    try {
      return this.#seal(address, payload);
    } catch {
      return undefined;
    }
  }

  /** Spent on encryption so far. */
  get encryptMillis(): number {
    return this.#encryptMillis;
  }

  hold(held: boolean): void {
    this.#held = held;
    for (const { origin } of this.#origins.values()) origin.hold(held);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#idleCheck);
    await Promise.all([...this.#origins.values()].map(({ origin }) => origin.close()));
    this.#origins.clear();
  }

  /** undefined when there are too many, and all of them busy. */
  #originOf(name: string, now: number): PushOrigin | undefined {
    const known = this.#origins.get(name);
    if (known !== undefined) {
      known.usedAt = now;
      return known.origin;
    }
    if (this.#origins.size >= MAX_ORIGINS && !this.#closeIdle(now, 0, 1)) return undefined;
    const origin = this.#newOrigin(name);
    this.#origins.set(name, { origin, usedAt: now });
    this.#idleCheck ??= setInterval(
      () => this.#closeIdle(this.#options.clock(), IDLE_MS),
      IDLE_CHECK_MS,
    ).unref();
    return origin;
  }

  #newOrigin(name: string): PushOrigin {
    const { vapid, allowPrivate, clock, random = Math.random, onFault, onAnswer } = this.#options;
    const headers = new VapidHeaders(name, vapid);
    const target = new Target(name, { allowPrivate, secureContext: this.#secureContext });
    return new PushOrigin(target, {
      limits: { ...ORIGIN_LIMITS, ...this.#options.limits },
      clock,
      random,
      authorization: (now, keyId) => headers.at(now, keyId),
      body: (push) => this.#body(push),
      onFault,
      onAnswer,
    });
  }

  /** A body goes out once: whoever is sent to again gets another, of other keys. */
  #body(push: Push): Buffer {
    const body = push.body ?? this.#seal(push.address, push.envelope.payload);
    push.body = undefined;
    return body;
  }

  #seal(address: PushAddress, payload: Buffer): Buffer {
    let padded = this.#padded.get(payload);
    if (padded === undefined) {
      padded = pad(payload);
      this.#padded.set(payload, padded);
    }
    const started = performance.now();
    const keys = address.keys ?? deriveKeys(address.p256dh, address.auth);
    address.keys = undefined;
    const body = seal(keys, padded);
    this.#encryptMillis += performance.now() - started;
    return body;
  }

  /** Closes up to `most` origins that were not used for `idleMs`. @returns whether there was one */
  #closeIdle(now: number, idleMs: number, most = Infinity): boolean {
    let closed = 0;
    for (const [name, { origin, usedAt }] of this.#origins) {
      if (closed >= most) break;
      if (now - usedAt < idleMs || !origin.isIdle(now)) continue;
      this.#origins.delete(name);
      void origin.close();
      closed += 1;
    }
    return closed > 0;
  }
}
