import type { SealedDevice } from '../subscriptions/channel-seal.js';
import type { SharedKeyring } from '../platform/keyring.js';
import type { Outcome } from './channel.js';
import type { Consignment, Sent } from './sender.js';
import type { Attempt } from './settlement.js';
import type { Fault } from './web-push/origin-options.js';
import type { VapidKeys } from './web-push/vapid.js';

/** What the sending thread is started with. */
export interface ThreadSetup {
  keyring: SharedKeyring;
  vapid: ReadonlyMap<string, VapidKeys>;
  allowPrivate: boolean;
  keysAhead: number;
}

/** One message that a push service answered, or did not, for the metrics. */
export interface HeardAnswer {
  host: string;
  outcome: Outcome;
  millis: number;
}

export type ToThread =
  | { kind: 'send'; id: number; devices: PackedDevices; message: Omit<Consignment, 'devices'> }
  | { kind: 'prepare'; id: number; devices: PackedDevices }
  | { kind: 'settled'; devices: number }
  | { kind: 'hold'; held: boolean }
  | { kind: 'close' };

export type FromThread =
  | {
      kind: 'sent';
      id: number;
      done: Attempt[];
      out: string[];
      heard: HeardAnswer[];
      took: Sent['took'];
      ready: number;
    }
  | { kind: 'late'; id: number; late: Attempt[]; heard: HeardAnswer[] }
  | { kind: 'prepared'; id: number; goOn: boolean; ready: number }
  | { kind: 'fault'; fault: Fault };

/**
 * Devices side by side in one block of bytes. What the database hands out are views of larger
 * blocks, and each would be copied whole.
 */
export interface PackedDevices {
  rows: Omit<SealedDevice, 'channel'>[];
  channels: Uint8Array<ArrayBuffer>;
  /** Where each channel ends. */
  ends: number[];
}

export function pack(devices: readonly SealedDevice[]): PackedDevices {
  const size = devices.reduce((sum, { channel }) => sum + channel.length, 0);
  const channels = new Uint8Array(size);
  const ends: number[] = [];
  let at = 0;
  const rows = devices.map(({ channel, ...row }) => {
    channels.set(channel, at);
    ends.push((at += channel.length));
    return row;
  });
  return { rows, channels, ends };
}

export function unpack({ rows, channels, ends }: PackedDevices): SealedDevice[] {
  const bytes = Buffer.from(channels.buffer, channels.byteOffset, channels.byteLength);
  return rows.map((row, index) => ({
    ...row,
    channel: bytes.subarray(index === 0 ? 0 : ends[index - 1]!, ends[index]!),
  }));
}
