import { Injectable } from '@nestjs/common';
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { isTokenOf, newToken, tokenPurpose } from '../identity/token.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Conflict, Unauthenticated } from '../platform/errors.js';
import { Gathered } from '../platform/gathered.js';
import { parseAreas, type AreaFields } from './area.js';
import { endpointIndex, openChannel, sealChannel } from './channel-seal.js';
import { FollowedAreas } from './followed-areas.service.js';
import { weekOf } from './last-seen.js';
import { localeOf } from '../platform/locale.js';
import { bytesOf, pushProblems, type PushFields } from './push-endpoint.js';
import type { SubscriptionRow } from './subscription.entity.js';
import { SubscriptionsStore, type FollowedRow } from './subscriptions.store.js';

export interface SubscriptionInput {
  push?: PushFields | null;
  locale: string;
  areas: AreaFields[];
  /** Whether it wants to be told of drills too. */
  drills?: boolean | null;
}

/** What a family sees of its own subscription. */
export interface SubscriptionView {
  id: string;
  locale: string;
  push: boolean;
  areaCount: number;
  drills: boolean;
  renewPush: boolean;
}

/** What a listening family follows. */
export type Followed = FollowedRow;

/**
 * Looked up by one statement, when many families come at once. Whoever was looked up is served in one
 * turn, in which no new connection is taken up: so not too many.
 */
const TOGETHER = 32;

/** What families do with their subscriptions. */
@Injectable()
export class SubscriptionsService {
  /** By the token's hash. */
  private readonly lookUps: Gathered<string, Followed>;

  constructor(
    private readonly database: Database,
    private readonly store: SubscriptionsStore,
    private readonly areas: FollowedAreas,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    const lookUp = (hashes: string[]) => store.followed(database.reader, hashes);
    this.lookUps = new Gathered(lookUp, TOGETHER);
  }

  /**
   * Subscribes a device. An endpoint that is known is replaced if its `auth` secret is given
   * again: the row keeps its id, so that corrections still reach it.
   * @throws BadInput, Conflict when the endpoint belongs to somebody with another secret.
   */
  async subscribe(input: SubscriptionInput) {
    const areas = parseAreas(input.areas);
    this.checkPush(input.push);
    const locale = checkedLocale(input.locale);
    await this.areas.checkExistence(areas);
    const token = newToken('family');
    const given = { locale, drills: input.drills ?? false, tokenHash: this.hash(token) };
    const view = await this.database.transaction(async (tx) => {
      const row = await this.claimRow(tx, input.push ?? null, given);
      await this.areas.replace(tx, row.id, this.areas.tagsOf(areas), given.drills);
      return {
        ...{ id: row.id, locale, push: Boolean(input.push), areaCount: areas.length },
        ...{ drills: given.drills, renewPush: this.renewPush(row) },
      };
    });
    return { subscription: view, token };
  }

  /** @throws Unauthenticated unless the token is a family's. */
  async mine(token: string | undefined): Promise<SubscriptionView> {
    return this.database.transaction(async (tx) => {
      const row = await this.find(tx, token);
      await this.store.update(tx, row.id, { lastSeenWeek: weekOf(this.clock.now()) });
      return this.view(tx, row);
    });
  }

  /** @throws Unauthenticated, BadInput, Conflict */
  async update(token: string | undefined, input: Partial<SubscriptionInput>) {
    const areas = input.areas ? parseAreas(input.areas) : undefined;
    this.checkPush(input.push);
    const locale = input.locale === undefined ? undefined : checkedLocale(input.locale);
    if (areas) await this.areas.checkExistence(areas);
    return this.database.transaction(async (tx) => {
      const row = await this.find(tx, token);
      const channel = input.push ? this.sealed(row.id, input.push, row) : undefined;
      if (channel) await this.refuseTaken(tx, row.id, channel.endpointIndex);
      const change = {
        ...channel,
        ...(locale && { locale }),
        drills: input.drills ?? row.drills,
        lastSeenWeek: weekOf(this.clock.now()),
      };
      await this.store.update(tx, row.id, change);
      if (areas || change.drills !== row.drills) {
        const tags = areas ? this.areas.tagsOf(areas) : await this.store.tags(tx, row.id);
        await this.areas.replace(tx, row.id, tags, change.drills);
      }
      return this.view(tx, { ...row, ...change });
    });
  }

  async unsubscribe(token: string | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.find(tx, token);
      await this.store.delete(tx, [row.id]);
    });
  }

  /** Locale and tags of the family with this token, or undefined. */
  async followed(token: string): Promise<Followed | undefined> {
    if (!isTokenOf('family', token)) return undefined;
    return this.lookUps.get(this.hash(token).toString('hex'));
  }

  private async claimRow(
    tx: Transaction,
    push: PushFields | null,
    given: Pick<SubscriptionRow, 'locale' | 'drills' | 'tokenHash'>,
  ): Promise<SubscriptionRow> {
    const fresh = {
      ...given,
      id: randomUUID(),
      lastSeenWeek: weekOf(this.clock.now()),
      missingSince: null,
    };
    if (!push) {
      const none = { channel: null, channelKeyId: null, endpointIndex: null, vapidKeyId: null };
      await this.store.insert(tx, { ...fresh, ...none });
      return { ...fresh, ...none };
    }
    const row = { ...fresh, ...this.sealed(fresh.id, push) };
    await this.store.lockEndpoint(tx, row.endpointIndex);
    if (await this.store.insert(tx, row)) return row;
    const known = await this.store.lockByEndpoint(tx, row.endpointIndex);
    // It was deleted in between: now the place is free.
    if (!known && (await this.store.insert(tx, row))) return row;
    if (!known || !this.hasSecret(known, push))
      throw new Conflict(
        'push.endpoint: this endpoint is subscribed already, and push.auth is not its secret.',
      );
    const { id: _, ...change } = { ...fresh, ...this.sealed(known.id, push, known) };
    await this.store.update(tx, known.id, change);
    return { id: known.id, ...change };
  }

  private hasSecret(row: SubscriptionRow, push: PushFields): boolean {
    try {
      const sealed = { keyId: row.channelKeyId!, bytes: row.channel! };
      const { auth } = openChannel(this.config.keyring, row.id, sealed);
      return timingSafeEqual(auth, bytesOf(push.auth)!);
    } catch {
      // What does not open cannot be compared with.
      return false;
    }
  }

  private async refuseTaken(tx: Transaction, id: string, index: Buffer): Promise<void> {
    await this.store.lockEndpoint(tx, index);
    const owner = await this.store.lockByEndpoint(tx, index);
    if (owner && owner.id !== id)
      throw new Conflict('push.endpoint: this endpoint belongs to another subscription.');
  }

  /**
   * An endpoint takes messages of the key it was made for, as long as it lives: `known` by the same
   * one keeps its key. A browser that subscribes anew, with the current key, has another endpoint.
   */
  private sealed(id: string, push: PushFields, known?: SubscriptionRow) {
    // Parsed and written again, so that two spellings of one endpoint are one.
    const endpoint = new URL(push.endpoint).href;
    const keys = {
      endpoint,
      p256dh: bytesOf(push.p256dh)!,
      auth: bytesOf(push.auth)!,
    };
    const { keyId, bytes } = sealChannel(this.config.keyring, id, keys);
    const index = endpointIndex(this.config.keyring, endpoint);
    const same = known?.endpointIndex?.equals(index);
    return {
      channel: bytes,
      channelKeyId: keyId,
      endpointIndex: index,
      vapidKeyId: same ? known!.vapidKeyId : this.config.vapid.keyId,
      missingSince: null,
    };
  }

  private async find(tx: Transaction, token: string | undefined): Promise<SubscriptionRow> {
    const known = token && isTokenOf('family', token);
    const row = known ? await this.store.byToken(tx, this.hash(token), true) : null;
    if (!row) throw new Unauthenticated('Send the token that subscribing gave, as a Bearer token.');
    return row;
  }

  private async view(tx: Transaction, row: SubscriptionRow): Promise<SubscriptionView> {
    return {
      id: row.id,
      locale: row.locale,
      push: row.channel !== null,
      areaCount: await this.store.countAreas(tx, row.id),
      drills: row.drills,
      renewPush: this.renewPush(row),
    };
  }

  private renewPush({ channel, vapidKeyId }: SubscriptionRow): boolean {
    return channel !== null && vapidKeyId !== this.config.vapid.keyId;
  }

  private checkPush(push: PushFields | null | undefined): void {
    const problems = push ? pushProblems(push, this.config.push) : [];
    if (problems.length > 0) throw new BadInput(problems);
  }

  private hash(token: string): Buffer {
    return this.config.keyring.digest(tokenPurpose('family'), token);
  }
}

function checkedLocale(tag: string): string {
  const locale = localeOf(tag);
  if (locale) return locale;
  throw new BadInput({
    field: 'locale',
    message: 'must be a BCP 47 language tag, such as es or en-US',
  });
}
