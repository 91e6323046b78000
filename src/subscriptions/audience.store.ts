import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { run, sent, statement, type Statement } from '../platform/statements.js';
import type { AreaTag, Audience } from './area-tag.js';

/** Device ids of 32 hexadecimal digits, one after the other. */
type Ids = string;
const ID_DIGITS = 32;

export interface FollowersPage {
  /** Of any kind. Who follows two of the tags is on it twice, or on a later one again. */
  followers: Ids;
  /** Those without push among these. */
  pushless: Ids;
  /** Of all rings. */
  last: boolean;
}

/** Where a page begins. */
interface Place {
  ring: number;
  /** Of the ring, those not begun yet, from the smallest on. */
  tags: readonly Buffer[];
  /** Within the followers of one tag, before the others. */
  within: Through | undefined;
}

/** The last follower that was read. */
interface Through {
  tag: Buffer;
  device: Ids;
}

interface Read {
  followers: Ids;
  pushless: Ids;
  /** Undefined where nothing is left of what was asked for. */
  through: Through | undefined;
}

/**
 * Followers read at a time. The first batches are under way before the next page is read, and no
 * request waits longer than it takes to make batches of these.
 */
export const PAGE_SIZE = 2_500;

/** Who follows what. */
@Injectable()
export class AudienceStore {
  /**
   * All followers, ring by ring, of each at least one page. While a page is worked on the next one is
   * read, and no further one: two are in memory, however many there are. A ring's tags are looked at
   * while the one before it is read.
   */
  async *pages(tx: Transaction, rings: readonly Audience[]): AsyncGenerator<FollowersPage> {
    let place = placeAfter(rings, undefined);
    let asked = place && this.ask(tx, rings, place);
    await sent();
    while (asked && place) {
      // Made now, so that PostgreSQL need not wait for them.
      void rings[place.ring + 1]?.tags;
      const { through, followers, pushless } = await asked;
      place = placeAfter(rings, place, through);
      asked = place && this.ask(tx, rings, place);
      await sent();
      yield { followers, pushless, last: !place };
    }
  }

  private ask(...page: Parameters<AudienceStore['read']>): Promise<Read> {
    const asked = this.read(...page);
    // Whoever looks at no further page does not hear of it.
    asked.catch(() => undefined);
    return asked;
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

  private async read(
    tx: Transaction,
    rings: readonly Audience[],
    { ring, tags, within }: Place,
  ): Promise<Read> {
    const { kind } = rings[ring]!;
    const all = within
      ? await run<TagRow>(tx, OF_ONE[kind], [within.tag, PAGE_SIZE, within.device])
      : await run<TagRow>(tx, OF_ANY[kind], [tags, PAGE_SIZE]);
    const pushless = all.find(({ tag }) => tag === null)?.ids ?? '';
    const rows = all.filter((row): row is TagRow & { tag: Buffer } => row.tag !== null);
    const followers = rows.map(({ ids }) => ids).join('');
    if (followers.length < PAGE_SIZE * ID_DIGITS)
      return { followers, pushless, through: undefined };
    const { tag, ids } = rows.reduce((a, b) => (Buffer.compare(a.tag, b.tag) > 0 ? a : b));
    return { followers, pushless, through: { tag, device: greatest(ids) } };
  }
}

/** The followers of one tag on a page; without a tag: those without push. */
interface TagRow {
  tag: Buffer | null;
  ids: Ids;
}

/** They come in order as a rule: from the end, the first digit refuses most. */
function greatest(ids: Ids): Ids {
  let found = ids.slice(-ID_DIGITS);
  for (let from = ids.length - 2 * ID_DIGITS; from >= 0; from -= ID_DIGITS) {
    if (ids.charCodeAt(from) < found.charCodeAt(0)) continue;
    const id = ids.slice(from, from + ID_DIGITS);
    if (id > found) found = id;
  }
  return found;
}

/** @param through undefined when nothing is left of what was read at `place` */
function placeAfter(
  rings: readonly Audience[],
  place: Place | undefined,
  through?: Through,
): Place | undefined {
  if (place && through) {
    const tags = place.tags.filter((tag) => Buffer.compare(tag, through.tag) > 0);
    return { ...place, tags, within: through };
  }
  if (place?.within && place.tags.length > 0) return { ...place, within: undefined };
  const ring = place ? place.ring + 1 : 0;
  return rings[ring] && { ring, tags: rings[ring].tags, within: undefined };
}

/** Where each kind of audience is looked up: never in the other's table. */
const AREAS_OF = { LIVE: 'subscription_area', DRILL: 'drill_area' } as const;

const inEach = (text: (areas: string) => string): Record<Audience['kind'], Statement> => ({
  LIVE: statement(text(AREAS_OF.LIVE)),
  DRILL: statement(text(AREAS_OF.DRILL)),
});

/** One text: thousands of rows of one column cost the driver more than the database. */
const IDS = `COALESCE(encode(string_agg(uuid_send(id), ''), 'hex'), '') AS ids`;

/**
 * Read off the primary key alone, in its order: nothing is sorted. Where nobody is without push the
 * second reading ends at its first row; else it costs less than keeping the page would everybody.
 */
const pageSql = (page: string, [tag, grouping]: [string, string]) => `
  SELECT ${tag} AS tag, ${IDS} FROM (${page}) page ${grouping}
  UNION ALL
  SELECT NULL, ${IDS} FROM subscription
    WHERE channel IS NULL AND id IN (SELECT id FROM (${page}) page)`;

const OF_ANY = inEach((areas) =>
  pageSql(
    `SELECT tag, subscription_id AS id FROM ${areas} WHERE tag = ANY($1)
     ORDER BY tag, subscription_id LIMIT $2`,
    ['tag', 'GROUP BY tag'],
  ),
);

const OF_ONE = inEach((areas) =>
  pageSql(
    `SELECT subscription_id AS id FROM ${areas} WHERE tag = $1 AND subscription_id > $3
     ORDER BY subscription_id LIMIT $2`,
    ['$1::bytea', ''],
  ),
);
