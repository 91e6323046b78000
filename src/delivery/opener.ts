import type { Keyring } from '../platform/keyring.js';
import {
  markOf,
  openChannel,
  type MarkedDevice,
  type SealedDevice,
} from '../subscriptions/channel-seal.js';
import type { PushAddress } from './channel.js';
import { ReadyDevices } from './ready-devices.js';
import type { ReadChannels } from './sender.js';
import { deriveKeys } from './web-push/message-encryption.js';
import { pushUrl } from './web-push/push-url.js';

/** Why a device has no address: its channel does not open, or was not read. */
export type NoAddress = 'unreadable' | 'unread';

/** From devices to addresses. Those that were made ready are not opened again. */
export class Opener {
  readonly #ready: ReadyDevices;

  /** @param ahead so many devices are made ready at most */
  constructor(
    private readonly keyring: Keyring,
    ahead: number,
  ) {
    this.#ready = new ReadyDevices(ahead);
  }

  /** How many devices are ready. */
  get size(): number {
    return this.#ready.size;
  }

  /**
   * Takes what is ready, and has the others' channels read at once.
   * @returns what opens those, when its turn has come: an address for each device, in their order
   */
  begin(
    devices: readonly MarkedDevice[],
    channels: ReadChannels,
  ): () => Promise<(PushAddress | NoAddress)[]> {
    const ready = devices.map(({ id, mark }) => this.#ready.take(id, mark));
    const others = devices.filter((_, index) => !ready[index]).map(({ id }) => id);
    const reading = others.length > 0 ? channels(others) : Promise.resolve([]);
    return async () => {
      const read = new Map((await reading).map((device) => [device.id, device]));
      return devices.map(({ id, vapidKeyId }, index) => {
        const address = ready[index];
        return address ? { ...address, vapidKeyId } : this.#addressOf(read.get(id));
      });
    };
  }

  /** @returns false when there is no room for more */
  prepare(device: SealedDevice): boolean {
    const mark = markOf(device.channel);
    if (this.#ready.has(device.id, mark)) return true;
    if (this.#ready.isFull) return false;
    const address = this.#open(device);
    if (address === undefined || address.url === undefined) return true;
    const { url, p256dh, auth } = address;
    try {
      const keys = deriveKeys(p256dh, auth);
      this.#ready.put(device.id, mark, { url, p256dh, auth, keys });
      keys.contentKey.fill(0);
    } catch {
      // Keys that are none are found out by the send, which tells.
    }
    return true;
  }

  #addressOf(device: SealedDevice | undefined): PushAddress | NoAddress {
    return device ? (this.#open(device) ?? 'unreadable') : 'unread';
  }

  /** Undefined when its key was retired, or it was tampered with: that holds up nobody else. */
  #open({ id, channel, channelKeyId, vapidKeyId }: SealedDevice): PushAddress | undefined {
    try {
      const sealed = { keyId: channelKeyId, bytes: channel };
      const { endpoint, p256dh, auth } = openChannel(this.keyring, id, sealed);
      return { url: pushUrl(endpoint), p256dh, auth, vapidKeyId };
    } catch {
      return undefined;
    }
  }
}
