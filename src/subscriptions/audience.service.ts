import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import type { AreaTag, Audience } from './area-tag.js';
import { AudienceStore } from './audience.store.js';
import {
  openChannel,
  type MarkedDevice,
  type PushKeys,
  type SealedDevice,
} from './channel-seal.js';
import type { DeviceSet } from './device-set.js';
import { isConfirmedMissing, today } from './last-seen.js';
import { SubscriptionsStore } from './subscriptions.store.js';

/** A device as whoever sends to it needs it. */
export interface Recipient {
  id: string;
  locale: string;
  /** With the VAPID key that the browser subscribed with. */
  address: PushKeys & { vapidKeyId: string | null };
}

/** Some devices of one ring; perhaps none, where all were known. */
export interface AudiencePage {
  /** Ids without their hyphens. */
  devices: string[];
  /** Of all rings. */
  last: boolean;
}

/** The sender's side of subscriptions: who follows, how to reach them, who is gone. */
@Injectable()
export class AudienceService {
  constructor(
    private readonly database: Database,
    private readonly store: SubscriptionsStore,
    private readonly audiences: AudienceStore,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Push devices of the rings that are not `known` yet, ring by ring, each once. Those handed out
   * become known, and so do the devices without push.
   */
  async *pages(
    tx: Transaction,
    rings: readonly Audience[],
    known: DeviceSet,
  ): AsyncGenerator<AudiencePage> {
    for await (const { followers, pushless, last } of this.audiences.pages(tx, rings)) {
      known.addAll(pushless);
      yield { devices: known.addAll(followers), last };
    }
  }

  /** Devices of any kind. */
  count(of: Audience): Promise<number> {
    return this.audiences.count(this.database.reader, of);
  }

  /** Devices that follow any of the tags, counted no further than one beyond `limit`. */
  countUpTo(tx: Transaction, tags: readonly AreaTag[], limit: number): Promise<number> {
    return this.audiences.countUpTo(tx, tags, limit + 1);
  }

  /** Those of the ids that still subscribe, without their channels. */
  async marked(ids: string[]): Promise<MarkedDevice[]> {
    return this.store.marks(this.database.reader, ids);
  }

  /** Those of the ids that still subscribe, as they are kept. */
  async sealed(ids: string[]): Promise<SealedDevice[]> {
    return this.store.channels(this.database.reader, ids);
  }

  /** All push devices, by id, as they are kept. */
  async sealedAfter(after: string | null, limit: number): Promise<SealedDevice[]> {
    return this.store.channelsAfter(this.database.reader, after, limit);
  }

  /**
   * Those of the ids that still subscribe, with their channel opened. A row that does not open
   * (its key was retired, or it was tampered with) holds up nobody else: it is named apart.
   */
  async recipients(ids: string[]): Promise<{ recipients: Recipient[]; unreadable: string[] }> {
    const rows = await this.store.channels(this.database.reader, ids);
    const recipients: Recipient[] = [];
    const unreadable: string[] = [];
    for (const { id, locale, channel, channelKeyId, vapidKeyId } of rows) {
      try {
        const sealed = { keyId: channelKeyId, bytes: channel };
        const keys = openChannel(this.config.keyring, id, sealed);
        recipients.push({ id, locale, address: { ...keys, vapidKeyId } });
      } catch {
        unreadable.push(id);
      }
    }
    return { recipients, unreadable };
  }

  /**
   * Notes 404s, and forgets those that a success disproved.
   * @returns the ids whose 404 is now confirmed, a day after the first.
   */
  async noteMissing(tx: Transaction, missing: string[], reached: string[]): Promise<string[]> {
    const now = this.clock.now();
    await this.store.setMissing(tx, reached, null);
    if (missing.length === 0) return [];
    const rows = await this.store.channels(tx, missing);
    await this.store.setMissing(tx, missing, today(now));
    return rows.filter((row) => isConfirmedMissing(row.missingSince, now)).map(({ id }) => id);
  }

  /** Notes that the channels these devices were sent to by are gone. */
  async noteGone(
    tx: Transaction,
    devices: readonly Pick<MarkedDevice, 'id' | 'mark'>[],
  ): Promise<void> {
    await this.store.setGone(tx, devices, today(this.clock.now()));
  }

  /** Deletes those that were noted as missing or gone, unless they gave another channel since. */
  async remove(tx: Transaction, ids: string[]): Promise<void> {
    await this.store.deleteMissing(tx, ids);
  }
}
