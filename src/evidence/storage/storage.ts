import type { Readable } from 'node:stream';

/**
 * Where sealed files lie. Keys are UUIDs made for one writing each, so nothing is ever written over.
 * What a storage holds is ciphertext: it need not be trusted with more than keeping it.
 */
export interface Storage {
  /** Answers when it is kept for good; a failure leaves nothing under the key, or a piece that is never read. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** Null: nothing is kept under this key. */
  get(key: string): Promise<Readable | null>;
  /** Also where nothing is kept. */
  delete(key: string): Promise<void>;
  exists(key: string): Promise<boolean>;
}

export const STORAGE = Symbol('evidence storage');
