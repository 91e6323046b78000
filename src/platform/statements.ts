import { createHash } from 'node:crypto';
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

const inserts = new Map<EntityTarget<ObjectLiteral>, { made: Statement; names: string[] }>();

/** Inserts a row that has every column; none of them may be JSON. */
export async function insertRow<T extends ObjectLiteral>(
  tx: Transaction,
  entity: EntityTarget<T>,
  row: T,
): Promise<void> {
  const { made, names } = inserts.get(entity) ?? insertOf(tx, entity);
  const values = names.map((name) => row[name] as unknown);
  await run(tx, made, values);
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

/** TypeORM hands out its connection, untyped, and keeps its pool to itself. */
export async function lineOf(tx: Transaction): Promise<Line> {
  if (tx.queryRunner) return (await tx.queryRunner.connect()) as Line;
  return (tx.dataSource.driver as unknown as { master: Line }).master;
}
