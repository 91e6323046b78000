import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { EMPTY_HEAD, EXIT_STATUS, leafOf, nextHead } from '../src/ledger/chain.js';
import type { Checkpoint } from '../src/ledger/checkpoint.js';
import { LEDGER_ENTITIES } from '../src/ledger/ledger-entry.entity.js';
import { LedgerStore } from '../src/ledger/ledger.store.js';
import { GrowingTree } from '../src/ledger/merkle.js';
import { VerificationStore } from '../src/ledger/verification.store.js';
import { Config } from '../src/platform/config.js';
import { Database, serviceDataSource } from '../src/platform/database.js';
import { readEnvironment } from '../src/platform/env.js';
import { UnknownDataKey } from '../src/platform/keyring.js';
import { freshSecrets } from '../src/platform/secrets.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ENTRIES = 24;
const TABLES = ['ledger_entry', 'ledger_disclosure', 'ledger_head'];

/** Every second entry vouches for a value: 2, 4, … */
const vouching = fc.integer({ min: 1, max: ENTRIES / 2 }).map((half) => 2 * half);
const place = fc.integer({ min: 1, max: ENTRIES });
const entryOf = (n: number) => ({
  ...{ kind: 'test', subject: randomUUID(), at: new Date(), actor: 'test', facts: { n } },
  ...(n % 2 === 0 && { sensitive: { n } }),
});
const bit = fc.record({ byte: fc.nat(), bit: fc.nat(7) });

/** What is done behind the service's back: SQL as somebody who switched the triggers off. */
interface Deed {
  sql: string;
  /** Which exit statuses say it. */
  status: number[];
}

const flip = (column: string, { byte, bit: which }: { byte: number; bit: number }) => {
  const at = `${byte} % octet_length(${column})`;
  return `${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # ${1 << which})`;
};
const ofEntry = (seq: number) => `WHERE entry = ${seq}`;

const flippedEntry = fc
  .tuple(place, fc.constantFrom('body', 'leaf', 'head'), bit)
  .map(([seq, column, where]): Deed => {
    return {
      sql: `UPDATE ledger_entry SET ${flip(column, where)} WHERE seq = ${seq}`,
      status: [20],
    };
  });
const otherColumns = fc
  .tuple(
    place,
    fc.constantFrom(
      `kind = kind || 'x'`,
      `subject = '${randomUUID()}'`,
      `recorded_at = recorded_at + interval '1 ms'`,
      `recorded_at = recorded_at - interval '3 months'`,
    ),
  )
  .map(([seq, change]): Deed => {
    return { sql: `UPDATE ledger_entry SET ${change} WHERE seq = ${seq}`, status: [20] };
  });
const flippedValue = fc
  .tuple(vouching, fc.constantFrom('commitment', 'salt', 'value'), bit)
  .map(([seq, column, where]): Deed => {
    return {
      sql: `UPDATE ledger_disclosure SET ${flip(column, where)} ${ofEntry(seq)}`,
      status: [20],
    };
  });
const refiledValue = fc.tuple(vouching, place).map(([seq, other]): Deed => {
  const elsewhere = other % 2 === 0 ? other + 1 : other;
  return { sql: `UPDATE ledger_disclosure SET entry = ${elsewhere} ${ofEntry(seq)}`, status: [20] };
});
/** Nobody can then look, which is found, too. */
const otherKey = vouching.map((seq): Deed => {
  return { sql: `UPDATE ledger_disclosure SET key_id = 'other' ${ofEntry(seq)}`, status: [2] };
});
const flippedHead = fc.oneof(
  bit.map((where): Deed => ({
    sql: `UPDATE ledger_head SET ${flip('head', where)}`,
    status: [20],
  })),
  fc.integer({ min: -ENTRIES, max: ENTRIES }).map((by): Deed => {
    const status = by === 0 ? [0] : [by < 0 ? 20 : 30];
    return { sql: `UPDATE ledger_head SET size = size + ${by}`, status };
  }),
  fc.constant<Deed>({ sql: 'DELETE FROM ledger_head', status: [20] }),
);
const deleted = fc.tuple(place, fc.integer({ min: 1, max: 5 })).map(([seq, count]): Deed => {
  const rows = `seq BETWEEN ${seq} AND ${seq + count - 1}`;
  return {
    sql: `DELETE FROM ledger_entry WHERE ${rows}`,
    status: [30],
  };
});
const closedGap = fc.integer({ min: 1, max: ENTRIES - 1 }).map((seq): Deed => {
  return {
    sql: `DELETE FROM ledger_entry WHERE seq = ${seq};
      UPDATE ledger_entry SET seq = -(seq - 1) WHERE seq > ${seq};
      UPDATE ledger_entry SET seq = -seq WHERE seq < 0`,
    status: [20],
  };
});
const inserted = fc.tuple(place, place).map(([seq, copy]): Deed => {
  return {
    sql: `CREATE TEMP TABLE one ON COMMIT DROP AS SELECT * FROM ledger_entry WHERE seq = ${copy};
      UPDATE ledger_entry SET seq = -(seq + 1) WHERE seq >= ${seq};
      UPDATE ledger_entry SET seq = -seq WHERE seq < 0;
      UPDATE one SET seq = ${seq};
      INSERT INTO ledger_entry SELECT * FROM one`,
    status: [20],
  };
});
const insertedValue = fc.constant<Deed>({
  sql: `INSERT INTO ledger_disclosure (commitment, salt, key_id, value)
    SELECT sha256(commitment), salt, key_id, value FROM ledger_disclosure LIMIT 1`,
  status: [20],
});
const swapped = fc
  .tuple(place, place)
  .filter(([one, other]) => one !== other)
  .map(([one, other]): Deed => {
    return {
      sql: `UPDATE ledger_entry SET seq = -seq WHERE seq IN (${one}, ${other});
        UPDATE ledger_entry SET seq = CASE seq WHEN -${one} THEN ${other} ELSE ${one} END WHERE seq < 0`,
      status: [20],
    };
  });
const swappedValues = fc
  .tuple(vouching, vouching)
  .filter(([one, other]) => one !== other)
  .map(([one, other]): Deed => {
    return {
      sql: `UPDATE ledger_disclosure mine SET salt = theirs.salt, value = theirs.value
        FROM ledger_disclosure theirs
        WHERE (mine.entry, theirs.entry) IN ((${one}, ${other}), (${other}, ${one}))`,
      status: [20],
    };
  });
const removedValues = fc.uniqueArray(vouching, { minLength: 1 }).map((all): Deed => {
  return { sql: `DELETE FROM ledger_disclosure WHERE entry IN (${all.join()})`, status: [10] };
});

const deed = fc.oneof(
  ...[flippedEntry, otherColumns, flippedValue, refiledValue, otherKey, flippedHead, deleted],
  ...[closedGap, inserted, insertedValue, swapped, swappedValues, removedValues],
);

describe('a ledger that somebody tampers with, past triggers and roles', () => {
  let database: TestDatabase;
  let source: DataSource;
  let verification: VerificationStore;
  let anchors: Checkpoint[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const secrets = freshSecrets();
    const environment = readEnvironment({ DATABASE_URL: database.url, ...secrets });
    const config = Config.from(environment, database.url, secrets);
    source = new DataSource({ ...serviceDataSource(database.url), entities: LEDGER_ENTITIES });
    const service = new Database(await source.initialize());
    const store = new LedgerStore(config);
    const entries = Array.from({ length: ENTRIES }, (_, index) => entryOf(index + 1));
    for (const entry of entries.slice(0, ENTRIES / 2))
      await service.transaction((tx) => store.append(tx, entry));
    await service.transaction((tx) => store.appendAll(tx, entries.slice(ENTRIES / 2)));
    verification = new VerificationStore(service, config.keyring);
    anchors = await checkpointsOf(await rows());
    for (const table of TABLES)
      await database.query(`CREATE TABLE true_${table} AS SELECT * FROM ${table}`);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const rows = () =>
    database.query<{ seq: string; body: Buffer; leaf: Buffer; head: Buffer }>(
      'SELECT seq, body, leaf, head FROM ledger_entry ORDER BY seq',
    );
  /** One of every size. */
  const checkpointsOf = async (all: { leaf: Buffer; head: Buffer }[]): Promise<Checkpoint[]> => {
    const tree = new GrowingTree();
    return all.map(({ leaf, head }) => {
      tree.add(leaf);
      return { network: '', time: new Date(), size: tree.size, head, root: tree.root() };
    });
  };
  const tamper = (sql: string) =>
    database.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
  const restore = () =>
    tamper(
      TABLES.map(
        (table) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM true_${table}`,
      ).join(';'),
    );
  const status = async (against: Checkpoint[] = []): Promise<number> => {
    try {
      return EXIT_STATUS[(await verification.verify(against)).kind];
    } catch (error) {
      if (error instanceof UnknownDataKey) return 2;
      throw error;
    }
  };

  it('holds until then, by itself and against every checkpoint', async () => {
    expect(await status()).toBe(0);
    expect(await status(anchors)).toBe(0);
  });

  it('says of each alteration that there is one, and of which sort', async () => {
    await fc.assert(
      fc
        .asyncProperty(deed, async ({ sql, status: expected }) => {
          await tamper(sql);
          expect(expected).toContain(await status());
        })
        .afterEach(restore),
      { numRuns: 300 },
    );
    expect(await status()).toBe(0);
  });

  it('is not believed when its end was cut off and its head set back, if there is a checkpoint', async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.integer({ min: 1, max: ENTRIES - 1 }), async (kept) => {
          await tamper(
            `DELETE FROM ledger_entry WHERE seq > ${kept};
             DELETE FROM ledger_disclosure WHERE entry > ${kept};
             UPDATE ledger_head SET size = ${kept},
               head = (SELECT head FROM ledger_entry WHERE seq = ${kept})`,
          );
          expect(await status()).toBe(0);
          expect(await status([anchors[kept - 1]!])).toBe(0);
          expect(await status(anchors)).toBe(30);
          expect(await status([anchors[kept]!])).toBe(30);
        })
        .afterEach(restore),
      { numRuns: 30 },
    );
  });

  it('is not believed when it was written anew from some entry on, if there is a checkpoint', async () => {
    await fc.assert(
      fc
        .asyncProperty(place, async (from) => {
          let head = anchors[from - 2]?.head ?? EMPTY_HEAD;
          for (const { seq, body } of await rows()) {
            if (Number(seq) < from) continue;
            const said = Number(seq) === from ? body.toString().replace('"n":', '"N":') : body;
            const leaf = leafOf(Buffer.from(said));
            head = nextHead(head, leaf);
            await tamper(
              `UPDATE ledger_entry SET body = '\\x${Buffer.from(said).toString('hex')}',
                 leaf = '\\x${leaf.toString('hex')}', head = '\\x${head.toString('hex')}'
               WHERE seq = ${seq}`,
            );
          }
          await tamper(`UPDATE ledger_head SET head = '\\x${head.toString('hex')}'`);
          expect(await status()).toBe(0);
          expect(await status(anchors.slice(0, from - 1))).toBe(0);
          expect(await status([anchors.at(-1)!])).toBe(30);
          expect(await status(anchors)).toBe(30);
        })
        .afterEach(restore),
      { numRuns: 15 },
    );
  });
});
