import type { MarkedDevice, SealedDevice } from '../subscriptions/channel-seal.js';
import type { Attempt } from './settlement.js';

/** What is sent to some devices at once: one message in the languages there are. */
export interface Consignment {
  devices: MarkedDevice[];
  /** JSON by locale. */
  payloads: Readonly<Record<string, string>>;
  topic: string;
  expires: Date;
  exercise: boolean;
  /** How often these devices were tried with this message before. */
  attempts: number;
  /** As `performance.now()`, which threads share: whoever's turn comes later is put off. */
  heldUntil: number;
}

/** Reads the channels of devices, of those that still subscribe. Must not reject. */
export type ReadChannels = (ids: string[]) => Promise<SealedDevice[]>;

/** What came of some of a consignment. */
export interface Answered {
  done: Attempt[];
  /** Ids of devices whose push service takes its time. */
  out: string[];
  /** While any are out: what comes of some of those. Rejects when whoever sends has died. */
  next?: Promise<Answered>;
}

/** The first of a consignment. */
export interface Sent extends Answered {
  /** Of the sending thread, ms: until all channels are open, reading included; and to encrypt. */
  took: { open: number; encrypt: number };
  /**
   * Says that so many of them are written down, or never will be: others take their places.
   * @param millis that it took to write them down
   */
  settled(devices: number, millis?: number): void;
}

/** Devices per batch: what at most is sent twice when a worker dies. */
export const BATCH_SIZE = 250;
/** While so many places are taken by who has answered, they are wanted back soon. */
export const MANY_PLACES = BATCH_SIZE / 4;

/** Opens, encrypts and sends; where that runs (here, in a thread) is its own affair. */
export interface Sender {
  /**
   * @param channels for those who were not made ready
   * @throws Error when whoever sends has died: nobody knows what was sent
   */
  send(consignment: Consignment, channels: ReadChannels): Promise<Sent>;
  /**
   * Opens the devices' channels and makes the keys of their next message, while nothing is being sent.
   * @param areLast with those before them they are all that there are: no other is kept ready
   * @returns false when there is no room for more, or something is being sent
   */
  prepare(devices: SealedDevice[], areLast: boolean): Promise<boolean>;
  /** How many devices are ready for their next message. */
  readonly prepared: number;
  /** While it is held it begins no send: each is put off, also what waits its turn in here. */
  hold(held: boolean): void;
  /** Sends still under way settle first. */
  close(): Promise<void>;
}

/** Injection token. */
export const SENDER = Symbol('sender');

/** What a device is counted under whose channel does not open, or was not read. */
export const UNREADABLE = 'unreadable';
