import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { prepared, type Statement } from '../platform/prepared.js';
import type { AreaTag, Audience } from './area-tag.js';

/** Device ids of 32 hexadecimal digits, one after the other. */
type Ids = string;
const ID_DIGITS = 32;

export interface FollowersPage {
  /** Of any kind. Who follows two of the tags is on it twice, or on a later one again. */
  followers: Ids;
  last: boolean;
}

/** The last follower that was read. */
interface Through {
  tag: Buffer;
  device: Ids;
}

interface Read {
  followers: Ids;
  /** Undefined where nothing is left of what was asked for. */
  through: Through | undefined;
}

/** Followers read at a time; the first batches are under way before the next page is read. */
const PAGE_SIZE = 5_000;

/** Who follows what. */
@Injectable()
export class AudienceStore {
  /** All followers of the tags; at least one page. */
  async *pages(tx: Transaction, { kind, tags }: Audience): AsyncGenerator<FollowersPage> {
    let rest: readonly Buffer[] = tags;
    let within: Through | undefined;
    do {
      const { followers, through } = within
        ? await this.ofOne(tx, kind, within)
        : await this.ofAny(tx, kind, rest);
      if (through) rest = rest.filter((tag) => Buffer.compare(tag, through.tag) > 0);
      else if (!within) rest = [];
      within = through;
      yield { followers, last: !within && rest.length === 0 };
    } while (within || rest.length > 0);
  }

  /** Devices without push among the followers of the tags. */
  async pushless(tx: Transaction, { kind, tags }: Audience): Promise<Ids> {
    const { rows } = await prepared<{ ids: string }>(tx, PUSHLESS[kind], [tags]);
    return rows[0]!.ids;
  }

  /** Devices of any kind, each once. */
  async count(tx: Transaction, { kind, tags }: Audience): Promise<number> {
    const [row] = (await tx.query(
      `SELECT count(DISTINCT subscription_id)::int AS n FROM ${AREAS_OF[kind]} WHERE tag = ANY($1)`,
      [tags],
    )) as { n: number }[];
    return row!.n;
  }

  /** Devices of any kind that follow any of the tags, counted no further than `limit`. */
  async countUpTo(tx: Transaction, tags: readonly AreaTag[], limit: number): Promise<number> {
    const [row] = (await tx.query(
      `SELECT count(*)::int AS n FROM (
         SELECT DISTINCT subscription_id FROM subscription_area WHERE tag = ANY($1) LIMIT $2) counted`,
      [tags, limit],
    )) as { n: number }[];
    return row!.n;
  }

  /** A page of the followers of the tags, from the first of the smallest tag on. */
  private async ofAny(
    tx: Transaction,
    kind: Audience['kind'],
    tags: readonly Buffer[],
  ): Promise<Read> {
    const { rows } = await prepared<{ tag: Buffer; ids: Ids }>(tx, OF_ANY[kind], [tags]);
    const followers = rows.map(({ ids }) => ids).join('');
    if (!isFull(followers)) return { followers, through: undefined };
    const { tag, ids } = rows.reduce((a, b) => (Buffer.compare(a.tag, b.tag) > 0 ? a : b));
    return { followers, through: { tag, device: greatest(ids) } };
  }

  /** A page of the other followers of that tag. */
  private async ofOne(
    tx: Transaction,
    kind: Audience['kind'],
    { tag, device }: Through,
  ): Promise<Read> {
    const { rows } = await prepared<{ ids: Ids }>(tx, OF_ONE[kind], [tag, device]);
    const followers = rows[0]!.ids;
    const through = isFull(followers) ? { tag, device: greatest(followers) } : undefined;
    return { followers, through };
  }
}

const isFull = (followers: Ids) => followers.length === PAGE_SIZE * ID_DIGITS;

function greatest(ids: Ids): Ids {
  let found = '';
  for (let from = 0; from < ids.length; from += ID_DIGITS) {
    const id = ids.slice(from, from + ID_DIGITS);
    if (id > found) found = id;
  }
  return found;
}

/** Where each kind of audience is looked up: never in the other's table. */
const AREAS_OF = { LIVE: 'subscription_area', DRILL: 'drill_area' } as const;

const inEach = (
  name: string,
  text: (areas: string) => string,
): Record<Audience['kind'], Statement> => ({
  LIVE: { name: `audience-${name}`, text: text(AREAS_OF.LIVE) },
  DRILL: { name: `audience-${name}-drill`, text: text(AREAS_OF.DRILL) },
});

/** One text: thousands of rows of one column cost the driver more than the database. */
const IDS = `COALESCE(encode(string_agg(uuid_send(id), ''), 'hex'), '') AS ids`;

// Both pages are read off the primary key alone, in its order: nothing is sorted or looked up.
const OF_ANY = inEach(
  'of-any',
  (areas) => `SELECT tag, ${IDS} FROM (
      SELECT tag, subscription_id AS id FROM ${areas} WHERE tag = ANY($1)
      ORDER BY tag, subscription_id LIMIT ${PAGE_SIZE}) page
    GROUP BY tag`,
);

const OF_ONE = inEach(
  'of-one',
  (areas) => `SELECT ${IDS} FROM (
      SELECT subscription_id AS id FROM ${areas} WHERE tag = $1 AND subscription_id > $2
      ORDER BY subscription_id LIMIT ${PAGE_SIZE}) page`,
);

// Those without push are few, or are looked up one by one in an index of their own.
const PUSHLESS = inEach(
  'pushless',
  (areas) => `SELECT ${IDS} FROM subscription WHERE channel IS NULL
    AND EXISTS (SELECT FROM ${areas} WHERE subscription_id = subscription.id AND tag = ANY($1))`,
);
