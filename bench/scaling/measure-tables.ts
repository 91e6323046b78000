import type { Audience } from '../../src/subscriptions/area-tag.js';
import { tagOfArea } from '../../src/subscriptions/area-tag.js';
import { DeviceSet } from '../../src/subscriptions/device-set.js';
import { PAGE_SIZE } from '../../src/subscriptions/audience.store.js';
import { AudienceService } from '../../src/subscriptions/audience.service.js';
import { Database } from '../../src/platform/database.js';
import { familyCpuMicros } from '../support/usage.js';
import { createLogger } from '../../src/platform/logger.js';
import { createService } from '../../src/service.js';
import { seedDevices } from './devices.js';
import type { Rig } from './rig.js';
import { line, quantile, type Point } from './figures.js';

/** Devices whose channels are sealed as the service seals them: their rows are weighed. */
const SEALED = 200_000;
/** With rows that hold as many bytes, for planning at a size where it matters. */
const FILLED = 1_000_000;
/** Tags of the audience that is paged through, and its devices: a tenth of all. */
const TAGS = 50;
const AUDIENCE = FILLED / 10;
/** How often each is read: CPU is counted in steps of 10 ms. */
const ROUNDS = 20;

export interface TableCosts {
  subscriptionBytes: number;
  areaBytes: number;
  commitMillis: number;
  pageMillis: number;
  remainingRowMicros: number;
}

/** What rows weigh, what a commit takes, and what a page of an audience does. Leaves the tables empty. */
export async function measureTables(rig: Rig, say: (what: string) => void): Promise<TableCosts> {
  say(`${SEALED} sealed devices, two areas each`);
  await seedDevices(rig.client, rig.config, {
    count: SEALED,
    origins: rig.origins,
    areasOf: (index) => [
      { kind: 'district', id: String(9_900_000 + (index % 100)) },
      { kind: 'school', id: String(990_000_000_000 + (index % 500)) },
    ],
  });
  await rig.client.query('VACUUM ANALYZE subscription, subscription_area');
  const weigh = (table: string) =>
    rig.number(
      `SELECT pg_total_relation_size($1::regclass) + coalesce(sum(pg_total_relation_size(relid)), 0)
       FROM pg_partition_tree($1::regclass)`,
      [table],
    );
  const subscriptionBytes = (await weigh('subscription')) / SEALED;
  const areaBytes = (await weigh('subscription_area')) / (2 * SEALED);
  const commit = await commitMillis(rig);
  say(`pages of an audience of ${AUDIENCE} among ${FILLED}`);
  const { from, slope } = line(await pages(rig));
  await rig.client.query('TRUNCATE subscription CASCADE');
  return {
    ...{ subscriptionBytes, areaBytes, commitMillis: commit },
    ...{ pageMillis: from, remainingRowMicros: slope * 1_000 },
  };
}

/** Each page's milliseconds of PostgreSQL's CPU, which nobody else can lengthen, over the rows ahead. */
async function pages(rig: Rig): Promise<Point[]> {
  const tags = Array.from({ length: TAGS }, (_, index) =>
    tagOfArea(rig.config.keyring, { kind: 'cell', cell: `bench${index}`, radiusKm: 5 }),
  );
  await rig.client.query(FILL, [FILLED - SEALED]);
  await rig.client.query(FOLLOW, [tags, AUDIENCE]);
  await rig.client.query('VACUUM ANALYZE subscription, subscription_area');
  const { app, close } = await createService(rig.config, createLogger('error'));
  const rings: Audience[] = [{ kind: 'LIVE', tags }];
  const points: Point[] = [];
  for (let round = 0; round <= ROUNDS; round++)
    await app.get(Database).transaction(async (tx) => {
      let left = AUDIENCE;
      let before = familyCpuMicros(rig.database.pid);
      for await (const { devices } of app.get(AudienceService).pages(tx, rings, new DeviceSet())) {
        const micros = familyCpuMicros(rig.database.pid) - before;
        // The first round warms up; a page's size is its own affair.
        const size = devices.length / PAGE_SIZE;
        if (round > 0 && size > 0) points.push({ x: left, y: micros / 1_000 / size });
        left -= devices.length;
        before = familyCpuMicros(rig.database.pid);
      }
    });
  await close();
  return points;
}

const FILL = `
  INSERT INTO subscription (id, token_hash, channel, channel_key_id, endpoint_index, vapid_key_id,
    locale, last_seen_week)
  SELECT gen_random_uuid(), sha256(int4send(n)), convert_to(repeat('x', 540), 'UTF8'), 'k',
    sha256(int8send(n)), 'v', 'es', date_trunc('week', now())::date
  FROM generate_series(1, $1::int) AS n`;

const FOLLOW = `
  INSERT INTO subscription_area (tag, subscription_id)
  SELECT ($1::bytea[])[1 + n % cardinality($1::bytea[])], id
  FROM (SELECT id, row_number() OVER (ORDER BY token_hash) AS n FROM subscription) AS device
  WHERE n <= $2`;

/** Commits of one updated row, one after another: the first decile, which others disturb least. */
async function commitMillis(rig: Rig): Promise<number> {
  await rig.client.query('CREATE TABLE bench_commit (n int)');
  await rig.client.query('INSERT INTO bench_commit VALUES (0)');
  const times: number[] = [];
  for (let round = 0; round < 200; round++) {
    const started = performance.now();
    await rig.client.query('UPDATE bench_commit SET n = n + 1');
    times.push(performance.now() - started);
  }
  await rig.client.query('DROP TABLE bench_commit');
  return quantile(times, 0.1);
}
