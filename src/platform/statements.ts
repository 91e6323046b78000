import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Transaction } from './database.js';

/** One that PostgreSQL parses once for each connection: for the paths that many wait on. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Made once, where a store begins: its name is that of its text. */
export function statement(text: string): Statement {
  return { name: createHash('sha256').update(text).digest('base64url').slice(0, 24), text };
}

/**
 * Runs it, on the transaction's connection or any. What is run in one turn of the event loop is sent
 * at once and carried out in that order; when one fails, so do those behind it.
 */
export async function run<R>(tx: Transaction, made: Statement, values: unknown[]): Promise<R[]> {
  const { rows } = await (await lineOf(tx)).query({ ...made, values });
  return rows as R[];
}

/** With what it is to be given. */
export interface Filled {
  made: Statement;
  values: unknown[];
}

const inserts = new Map<EntityTarget<ObjectLiteral>, { made: Statement; names: string[] }>();

/** What inserts a row that has every column; none of them may be JSON. */
export function insertion<T extends ObjectLiteral>(
  tx: Transaction,
  entity: EntityTarget<T>,
  row: T,
): Filled {
  const { made, names } = inserts.get(entity) ?? insertOf(tx, entity);
  return { made, values: names.map((name) => row[name] as unknown) };
}

/** Every column of an entity, under its property's name, for a SELECT. None may be JSON or a date. */
export function columnsOf(tx: Transaction, entity: EntityTarget<ObjectLiteral>): string {
  const { columns } = tx.getRepository(entity).metadata;
  return columns.map((one) => `"${one.databaseName}" AS "${one.propertyName}"`).join(', ');
}

function insertOf(tx: Transaction, entity: EntityTarget<ObjectLiteral>) {
  const { columns, tableName } = tx.getRepository(entity).metadata;
  const list = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  const made = statement(`INSERT INTO "${tableName}" (${list}) VALUES (${places})`);
  const found = { made, names: columns.map(({ propertyName }) => propertyName) };
  inserts.set(entity, found);
  return found;
}

export interface Line {
  query(config: Statement & { values: unknown[] }): Promise<pg.QueryResult>;
}

/** Sends them, and what else is sent in this turn, in as few packets as they fit into. */
export async function sendTogether(line: Line, all: readonly Filled[]): Promise<void> {
  const { stream } = (line as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
  await Promise.all(all.map(({ made, values }) => line.query({ ...made, values })));
}

/** TypeORM hands out its connection, untyped, and keeps its pool to itself. */
export async function lineOf(tx: Transaction): Promise<Line> {
  if (tx.queryRunner) return (await tx.queryRunner.connect()) as Line;
  return (tx.dataSource.driver as unknown as { master: Line }).master;
}
