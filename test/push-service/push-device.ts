import { createECDH, randomBytes } from 'node:crypto';
import { decryptBody } from './aes128gcm.js';
import { Refused } from './refused.js';

export interface ReceivedMessage {
  deviceId: string;
  /** epoch ms */
  at: number;
  json: Record<string, unknown>;
  /** Plaintext with its padding, without the delimiter */
  plaintextBytes: number;
  bodyBytes: number;
  topic: string | undefined;
  urgency: string | undefined;
  /** seconds */
  ttl: number;
  vapidSubject: string;
  /** base64url: the key it was signed with */
  vapidPublicKey: string;
  vapidAudience: string;
  /** An earlier message to this device had the same topic */
  replaced: boolean;
}

export interface PushDevice {
  readonly id: string;
  readonly endpoint: string;
  /** base64url, 65 bytes */
  readonly p256dh: string;
  /** base64url, 16 bytes */
  readonly auth: string;
  /** base64url: what it subscribed with (`applicationServerKey`), if it is bound to a key */
  readonly vapidPublicKey: string | undefined;
  readonly received: ReceivedMessage[];
  /** Requests that arrived, whatever the answer */
  attempts: number;
}

export const ENDPOINT_PATH = '/push/';

export class KeyedDevice implements PushDevice {
  readonly id = randomBytes(16).toString('base64url');
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly vapidPublicKey: string | undefined;
  readonly received: ReceivedMessage[] = [];
  attempts = 0;
  readonly #privateKey = createECDH('prime256v1');
  readonly #authSecret = randomBytes(16);
  readonly #topics = new Set<string>();

  constructor(origin: string, vapidPublicKey: string | undefined) {
    this.vapidPublicKey = vapidPublicKey;
    this.endpoint = `${origin}${ENDPOINT_PATH}${this.id}`;
    this.p256dh = this.#privateKey.generateKeys('base64url');
    this.auth = this.#authSecret.toString('base64url');
  }

  /** RFC 8292 §4.2. @throws {Refused} 403 when it is another key than the one it subscribed with */
  checkKey(key: string): void {
    if (this.vapidPublicKey !== undefined && key !== this.vapidPublicKey) {
      throw new Refused(403, 'vapid: k is not the key of this subscription');
    }
  }

  /** @throws {Refused} 400 when the body does not open or holds no JSON object */
  open(body: Buffer): { json: Record<string, unknown>; plaintextBytes: number } {
    const { plaintext, paddedBytes } = decryptBody(body, this.#privateKey, this.#authSecret);
    return { json: parseObject(plaintext), plaintextBytes: paddedBytes };
  }

  receive(message: Omit<ReceivedMessage, 'deviceId' | 'replaced'>): ReceivedMessage {
    const { topic } = message;
    const replaced = topic !== undefined && this.#topics.has(topic);
    if (topic !== undefined) this.#topics.add(topic);
    const received = { ...message, deviceId: this.id, replaced };
    this.received.push(received);
    return received;
  }
}

function parseObject(plaintext: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // answered below, as any other value that is no object
  }
  throw new Refused(400, 'plaintext is not a JSON object');
}
