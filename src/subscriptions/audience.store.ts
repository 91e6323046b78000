import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { run, statement, type Statement } from '../platform/statements.js';
import type { AreaTag, Audience } from './area-tag.js';

/** Device ids of 32 hexadecimal digits, one after the other. */
type Ids = string;
const ID_DIGITS = 32;

export interface FollowersPage {
  /** Of any kind. Who follows two of the tags is on it twice, or on a later one again. */
  followers: Ids;
  /** Those without push among these. */
  pushless: Ids;
  last: boolean;
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

/** Followers read at a time; the first batches are under way before the next page is read. */
export const FIRST_PAGE = 2_500;
export const PAGE_SIZE = 10_000;

/** Who follows what. */
@Injectable()
export class AudienceStore {
  /** All followers of the tags, the first page of so many rows; at least one page. */
  async *pages(
    tx: Transaction,
    { kind, tags }: Audience,
    first: number,
  ): AsyncGenerator<FollowersPage> {
    let rest: readonly Buffer[] = tags;
    let within: Through | undefined;
    let limit = first;
    do {
      const { through, followers, pushless } = await this.read(tx, kind, rest, within, limit);
      if (through) rest = rest.filter((tag) => Buffer.compare(tag, through.tag) > 0);
      else if (!within) rest = [];
      within = through;
      limit = PAGE_SIZE;
      yield { followers, pushless, last: !within && rest.length === 0 };
    } while (within || rest.length > 0);
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

  /** A page of the followers of the tags: from the smallest tag on, or the others of one tag. */
  private async read(
    tx: Transaction,
    kind: Audience['kind'],
    tags: readonly Buffer[],
    within: Through | undefined,
    limit: number,
  ): Promise<Read> {
    const all = within
      ? await run<TagRow>(tx, OF_ONE[kind], [within.tag, limit, within.device])
      : await run<TagRow>(tx, OF_ANY[kind], [tags, limit]);
    const pushless = all.find(({ tag }) => tag === null)?.ids ?? '';
    const rows = all.filter((row): row is TagRow & { tag: Buffer } => row.tag !== null);
    const followers = rows.map(({ ids }) => ids).join('');
    if (followers.length < limit * ID_DIGITS) return { followers, pushless, through: undefined };
    const { tag, ids } = rows.reduce((a, b) => (Buffer.compare(a.tag, b.tag) > 0 ? a : b));
    return { followers, pushless, through: { tag, device: greatest(ids) } };
  }
}

/** The followers of one tag on a page; without a tag: those without push. */
interface TagRow {
  tag: Buffer | null;
  ids: Ids;
}

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
