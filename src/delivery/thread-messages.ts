import type { KnownDevice } from '../subscriptions/channel-seal.js';
import type { SharedKeyring } from '../platform/keyring.js';
import type { Outcome } from './channel.js';
import type { Answered, Consignment, Sent } from './sender.js';
import type { Attempt } from './settlement.js';
import type { Fault } from './web-push/origin-options.js';
import type { VapidKeys } from './web-push/vapid.js';

/** What the sending thread is started with. */
export interface ThreadSetup {
  keyring: SharedKeyring;
  vapid: ReadonlyMap<string, VapidKeys>;
  allowPrivate: boolean;
  /** So many devices are made ready for their next message. */
  keysAhead: number;
}

/** Messages of one host that came to the same, for the metrics: how long each took. */
export interface HeardAnswers {
  host: string;
  kind: Outcome['kind'];
  millis: number[];
}

export type ToThread =
  | { kind: 'send'; id: number; devices: PackedDevices; message: Omit<Consignment, 'devices'> }
  | { kind: 'channels'; id: number; devices: PackedDevices }
  | { kind: 'prepare'; id: number; devices: PackedDevices; areLast: boolean }
  | { kind: 'settled'; devices: number; millis?: number }
  | { kind: 'hold'; held: boolean }
  | { kind: 'close' };

export type FromThread =
  /** The channels of these are wanted, ids with a comma between. */
  | { kind: 'unread'; id: number; ids: string }
  | {
      kind: 'sent';
      id: number;
      answered: PackedAnswers;
      heard: HeardAnswers[];
      took: Sent['took'];
      ready: number;
    }
  /** It cannot be sent, and nothing of it was. */
  | { kind: 'refused'; id: number; why: string }
  | { kind: 'answered'; id: number; answered: PackedAnswers; heard: HeardAnswers[] }
  | { kind: 'prepared'; id: number; goOn: boolean; ready: number }
  | { kind: 'fault'; fault: Fault };

/** What many have in common, once, and who they are: their ids, a comma between. */
type Alike<T> = { of: T; ids: string }[];

/** What came of devices: of hundreds it is the same. */
export type PackedAttempts = Alike<Omit<Attempt, 'id'>>;

/** `out`: ids, a comma between. */
export interface PackedAnswers {
  done: PackedAttempts;
  out: string;
}

export const packAnswers = ({ done, out }: Answered): PackedAnswers => ({
  done: packAttempts(done),
  out: out.join(),
});

export const unpackAnswers = ({ done, out }: PackedAnswers): Omit<Answered, 'next'> => ({
  done: unpackAttempts(done),
  out: out === '' ? [] : out.split(','),
});

export function packAttempts(attempts: readonly Attempt[]): PackedAttempts {
  const groups = Map.groupBy(attempts, ({ host, keyId, outcome }) => {
    const words = outcome.kind === 'accepted' ? outcome.kind : JSON.stringify(outcome);
    return `${host} ${keyId} ${words}`;
  });
  return [...groups.values()].map((group) => {
    const { host, keyId, outcome } = group[0]!;
    return { of: { host, keyId, outcome }, ids: group.map(({ id }) => id).join() };
  });
}

export const unpackAttempts = (packed: PackedAttempts): Attempt[] =>
  packed.flatMap(({ of, ids }) => ids.split(',').map((id) => ({ id, ...of })));

/**
 * Devices side by side in one block of bytes. What the database hands out are views of larger
 * blocks, and each would be copied whole.
 */
export interface PackedDevices {
  rows: Alike<Omit<KnownDevice, 'id'>>;
  /** Of each its mark or its channel, in the order of the rows. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where those of each end. */
  ends: Uint32Array;
}

type With<K extends 'mark' | 'channel'> = KnownDevice & Record<K, Buffer>;

/** Whoever is alike comes together. */
export function pack<K extends 'mark' | 'channel'>(
  devices: readonly With<K>[],
  part: K,
): PackedDevices {
  const groups = Map.groupBy(devices, ({ locale, channelKeyId, vapidKeyId, missingSince }) =>
    [locale, channelKeyId, vapidKeyId, missingSince].join(),
  );
  const bytes = new Uint8Array(devices.reduce((sum, device) => sum + device[part].length, 0));
  const ends = new Uint32Array(devices.length);
  let [at, index] = [0, 0];
  const rows = [...groups.values()].map((group) => {
    for (const device of group) {
      bytes.set(device[part], at);
      ends[index++] = at += device[part].length;
    }
    const { locale, channelKeyId, vapidKeyId, missingSince } = group[0]!;
    const of = { locale, channelKeyId, vapidKeyId, missingSince };
    return { of, ids: group.map(({ id }) => id).join() };
  });
  return { rows, bytes, ends };
}

export function unpack<K extends 'mark' | 'channel'>(
  { rows, bytes, ends }: PackedDevices,
  part: K,
): With<K>[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [at, index] = [0, 0];
  return rows.flatMap(({ of, ids }) =>
    ids.split(',').map((id) => {
      const own = all.subarray(at, (at = ends[index++]!));
      return { id, ...of, [part]: own } as With<K>;
    }),
  );
}
