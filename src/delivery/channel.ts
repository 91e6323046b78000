import type { MessageKeys } from './web-push/message-keys.js';

/** The https URL of a push service, a capability: its path is never in a log, an error or a metric. */
export interface PushUrl {
  /** As `URL.origin`. */
  origin: string;
  /** As `URL.host`. */
  host: string;
  /** With its query. */
  path: string;
}

/** Where one family device is reached by Web Push: what the browser handed out (W3C Push API). */
export interface PushAddress {
  /** Of its endpoint; undefined where that can be none. */
  url: PushUrl | undefined;
  /** The device's P-256 public key, 65 bytes, uncompressed (RFC 8291). */
  p256dh: Buffer;
  /** The device's authentication secret, 16 bytes (RFC 8291). */
  auth: Buffer;
  /** Which VAPID key the browser subscribed with: its push service takes messages of no other. */
  vapidKeyId: string | null;
  /** Of its next message, where they were made ahead: whoever encrypts takes them away. */
  keys?: MessageKeys | undefined;
}

/** One message as a channel sends it, the same for every device of a locale. */
export interface Envelope {
  /** UTF-8 JSON, at most {@link MAX_PAYLOAD_BYTES} bytes. */
  payload: Buffer;
  /** RFC 8030 §5.4: a newer message of the same topic replaces an undelivered older one. */
  topic: string;
  expires: Date;
  /** Practice: sent like any other, and counted nowhere. */
  exercise?: boolean;
}

/** What became of one attempt to reach one device. */
export type Outcome =
  /** The push service took the message. */
  | { kind: 'accepted' }
  /** 410: the subscription is gone for good. */
  | { kind: 'gone' }
  /** 404: gone only if it is confirmed a day later. */
  | { kind: 'missing' }
  /** Try again after so many milliseconds. `uncertain`: the message may have arrived all the same. */
  | { kind: 'retry'; afterMs: number; uncertain: boolean }
  /**
   * Our fault (400, 401, 403, 413, a redirect …): the device stays, the operator is told. Status 0:
   * never sent, because the address or the message cannot be sent to or as it is; `retired-key`:
   * because the device subscribed with a key that is not given any more.
   */
  | { kind: 'fault'; status: number; cause?: 'retired-key' }
  /** Past `expires`, never sent. */
  | { kind: 'expired' };

export const MAX_PAYLOAD_BYTES = 2048;

/** One way to reach a device. Never throws: every failure is an {@link Outcome}. */
export interface Channel {
  /** @param attempt 0 for the first: how often this device was tried with this message before */
  send(address: PushAddress, envelope: Envelope, attempt: number): Promise<Outcome>;
  /** While it is held it begins no send: each is put off, also what waits its turn in here. */
  hold(held: boolean): void;
  /** Closes connections; sends still under way settle first. */
  close(): Promise<void>;
}
