import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { areKnown, sendTogether, type Wire } from './sent-together.js';

/** One that PostgreSQL parses once for each connection: for the paths that many wait on. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly part?: Part;
}

/** What a statement is that may be carried out as one with others: see {@link joined}. */
type Part = 'insert' | 'call';

/**
 * Made once, where a store begins: its name is that of its text.
 * @param part `call`: its text is SELECT and a call of a function whose answer nobody needs
 */
export function statement(text: string, part?: Part): Statement {
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
  return part ? { name, text, part } : { name, text };
}

/** An array as PostgreSQL writes it, of ids, numbers and what else needs no quotes; the driver would look at each. */
export const arrayOf = (values: readonly unknown[]): string => `{${values.join()}}`;

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
  const made = statement(`INSERT INTO "${tableName}" (${list}) VALUES (${places})`, 'insert');
  const found = { made, names: columns.map(({ propertyName }) => propertyName) };
  inserts.set(entity, found);
  return found;
}

/** More in one statement would make too many different ones. */
const JOINED_AT_MOST = 8;

/**
 * Inserts and calls that follow one another, as one statement: passing one on costs PostgreSQL and this
 * process about as much as what it does. They stand or fall together, as in the transaction that they
 * are in anyhow; foreign keys are checked, and triggers run, when all of its rows are there.
 */
export function joined(all: readonly Filled[]): Filled[] {
  const runs: Filled[][] = [];
  for (const one of all) {
    const run = runs.at(-1);
    if (one.made.part && run?.[0]?.made.part && run.length < JOINED_AT_MOST) run.push(one);
    else runs.push([one]);
  }
  return runs.map((run) =>
    run.length === 1
      ? run[0]!
      : { made: jointStatement(run), values: run.flatMap(({ values }) => values) },
  );
}

const joints = new Map<string, Statement>();

function jointStatement(run: readonly Filled[]): Statement {
  const key = run.map(({ made }) => made.name).join(' ');
  const known = joints.get(key);
  if (known) return known;
  const inserts: string[] = [];
  const calls: string[] = [];
  let before = 0;
  for (const { made, values } of run) {
    const from = before;
    const text = made.text.replace(/\$(\d+)/g, (_, place) => `$${Number(place) + from}`);
    if (made.part === 'insert') inserts.push(`part${inserts.length} AS (${text})`);
    else calls.push(text.replace(/^SELECT /, ''));
    before += values.length;
  }
  const given = inserts.length > 0 ? `WITH ${inserts.join(', ')} ` : '';
  const made = statement(`${given}SELECT ${calls.join(', ')}`);
  joints.set(key, made);
  return made;
}

/** A connection, or a pool of them. */
interface Asked {
  query(config: Statement & { values: unknown[] }): Promise<pg.QueryResult>;
}

/** One connection of `pg`. */
export interface Line extends Asked {
  query(asked: string | (Statement & { values: unknown[] })): Promise<pg.QueryResult>;
  query(asked: pg.Submittable): unknown;
  readonly connection: Wire & { readonly stream: Writable };
}

/** What is sent on it in this turn leaves in as few packets as it fits into. */
export function gather({ connection: { stream } }: Line): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Until what was asked in this turn is on its way: PostgreSQL works on it while this process goes on. */
export const sent = () => new Promise<void>((resume) => setImmediate(resume));

/**
 * Sent at once: each by itself until the connection knows them all, and then as one.
 * @returns what PostgreSQL says it did for each, such as `COMMIT`.
 */
export async function runAll(line: Line, all: readonly Filled[]): Promise<string[]> {
  gather(line);
  if (areKnown(line.connection, all)) return sendTogether(line, all);
  const done = all.map(({ made: { name, text }, values }) => line.query({ name, text, values }));
  return (await Promise.all(done)).map(({ command }) => command);
}

/** TypeORM keeps its pool to itself. */
const poolOf = (tx: EntityManager) => (tx.dataSource.driver as unknown as { master: Asked }).master;
