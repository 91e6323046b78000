import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** One that PostgreSQL parses once for each connection: for the paths that many wait on. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Made once, where a store begins: its name is that of its text. */
export function statement(text: string): Statement {
  return { name: createHash('sha256').update(text).digest('base64url').slice(0, 24), text };
}

/** An array of ids as PostgreSQL writes it; the driver would look at each of them. */
export const arrayOf = (ids: readonly string[]): string => `{${ids.join()}}`;

/**
 * Runs it, on the transaction's connection or any. What is run in one turn of the event loop is sent
 * together and carried out in that order; when one fails, so do those behind it.
 */
export async function run<R>(tx: EntityManager, made: Statement, values: unknown[]): Promise<R[]> {
  if (!tx.queryRunner) return (await poolOf(tx).query({ ...made, values })).rows as R[];
  const line = (await tx.queryRunner.connect()) as Line;
  gather(line);
  return (await line.query({ ...made, values })).rows as R[];
}

/** With what it is to be given. */
export interface Filled {
  made: Statement;
  values: unknown[];
}

const inserts = new Map<EntityTarget<ObjectLiteral>, { made: Statement; names: string[] }>();

/** What inserts a row that has every column; none of them may be JSON. */
export function insertion<T extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<T>,
  row: T,
): Filled {
  const { made, names } = inserts.get(entity) ?? insertOf(tx, entity);
  return { made, values: names.map((name) => row[name] as unknown) };
}

function insertOf(tx: EntityManager, entity: EntityTarget<ObjectLiteral>) {
  const { columns, tableName } = tx.getRepository(entity).metadata;
  const list = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  const made = statement(`INSERT INTO "${tableName}" (${list}) VALUES (${places})`);
  const found = { made, names: columns.map(({ propertyName }) => propertyName) };
  inserts.set(entity, found);
  return found;
}

/** A connection, or a pool of them. */
interface Asked {
  query(config: Statement & { values: unknown[] }): Promise<pg.QueryResult>;
}

/** One connection of `pg`. */
export interface Line extends Asked {
  query(asked: string | (Statement & { values: unknown[] })): Promise<pg.QueryResult>;
  readonly connection: { readonly stream: Writable };
}

/** What is sent on it in this turn leaves in as few packets as it fits into. */
export function gather({ connection: { stream } }: Line): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Until what was asked in this turn is on its way: PostgreSQL works on it while this process goes on. */
export const sent = () => new Promise<void>((resume) => setImmediate(resume));

/** Sent at once. */
export async function runAll(line: Line, all: readonly Filled[]): Promise<void> {
  gather(line);
  await Promise.all(all.map(({ made, values }) => line.query({ ...made, values })));
}

/** TypeORM keeps its pool to itself. */
const poolOf = (tx: EntityManager) => (tx.dataSource.driver as unknown as { master: Asked }).master;
