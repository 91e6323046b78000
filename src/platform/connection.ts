import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import { BadInput } from './errors.js';
import { isUuid } from './ids.js';

export const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

/** One page as a store answers it: rows with the key each is sorted by. */
export interface Page<T> {
  rows: { node: T; cursor: string }[];
  hasNextPage: boolean;
}

@ObjectType({ description: 'Relay cursor connections: where this page ends.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

export interface ConnectionOf<T> {
  edges: { node: T; cursor: string }[];
  pageInfo: PageInfo;
}

/** The Relay connection and edge types of a node type. */
export function connectionType<T>(node: Type<T>): Type<ConnectionOf<T>> {
  @ObjectType(`${node.name}Edge`)
  class Edge {
    @Field(() => node)
    node!: T;

    @Field(() => String)
    cursor!: string;
  }

  @ObjectType(`${node.name}Connection`)
  class Connection {
    @Field(() => [Edge])
    edges!: Edge[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return Connection;
}

export function toConnection<T>(page: Page<T>, after: string | null | undefined): ConnectionOf<T> {
  return {
    edges: page.rows,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: Boolean(after),
      startCursor: page.rows[0]?.cursor ?? null,
      endCursor: page.rows.at(-1)?.cursor ?? null,
    },
  };
}

/** @throws BadInput unless `first` is absent or 1 to {@link MAX_PAGE}. */
export function pageSize(first: number | null | undefined): number {
  if (first === null || first === undefined) return DEFAULT_PAGE;
  if (Number.isInteger(first) && first >= 1 && first <= MAX_PAGE) return first;
  throw new BadInput({ field: 'first', message: `must be from 1 to ${MAX_PAGE}` });
}

export const encodeCursor = (key: (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/** What a part of a cursor must be. */
const PARTS = {
  number: (part: unknown) => typeof part === 'number' && Number.isFinite(part),
  integer: (part: unknown) => Number.isInteger(part) && Math.abs(part as number) < 2 ** 31,
  text: (part: unknown) => typeof part === 'string' && part.isWellFormed() && !part.includes('\0'),
  uuid: isUuid,
  instant: (part: unknown) =>
    typeof part === 'string' &&
    /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(part) &&
    !Number.isNaN(Date.parse(part)),
};

/** @throws BadInput unless `after` is a cursor of such parts. */
export function decodeCursor(
  after: string | null | undefined,
  kinds: readonly (keyof typeof PARTS)[],
): (string | number)[] | undefined {
  if (after === null || after === undefined) return undefined;
  const key = parse(after);
  const fits =
    Array.isArray(key) &&
    key.length === kinds.length &&
    kinds.every((kind, index) => PARTS[kind](key[index]));
  if (!fits) {
    throw new BadInput({ field: 'after', message: 'must be a cursor of an earlier page' });
  }
  return key as (string | number)[];
}

function parse(cursor: string): unknown {
  if (cursor.length > 2_000) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Cuts the one row too many that a store read to know whether there is a next page. */
export function pageOf<R, T>(
  rows: R[],
  size: number,
  node: (row: R) => T,
  key: (row: R) => (string | number)[],
): Page<T> {
  return {
    rows: rows.slice(0, size).map((row) => ({ node: node(row), cursor: encodeCursor(key(row)) })),
    hasNextPage: rows.length > size,
  };
}
