import { randomBytes } from 'node:crypto';
import { Database } from '../src/platform/database.js';
import type { AreaTag, Audience } from '../src/subscriptions/area-tag.js';
import { AudienceService, type AudiencePage } from '../src/subscriptions/audience.service.js';
import { PAGE_SIZE } from '../src/subscriptions/audience.store.js';
import { DeviceSet } from '../src/subscriptions/device-set.js';
import { startService, type TestService } from './support/test-service.js';

/** In the order in which the index holds them. */
const tags = Array.from({ length: 6 }, () => randomBytes(32) as AreaTag).sort(Buffer.compare);
const of = (...some: number[]): Audience => ({ kind: 'LIVE', tags: some.map((at) => tags[at]!) });

describe('pages of an audience', () => {
  let service: TestService;
  let audience: AudienceService;
  let database: Database;
  /** Of each tag its followers: the last of them has no push. */
  const followers: string[][] = [];

  beforeAll(async () => {
    service = await startService({ environment: { ROLE: 'api' } });
    audience = service.service.app.get(AudienceService);
    database = service.service.app.get(Database);
    await follow(0, PAGE_SIZE - 500);
    await follow(1, 900);
    await follow(2, PAGE_SIZE - 100);
    await follow(3, 300);
    await follow(4, 2 * PAGE_SIZE + 50);
    followers.push([]);
    await service.database.query('INSERT INTO subscription_area SELECT $1, unnest($2::uuid[])', [
      tags[4],
      followers[0],
    ]);
  });
  afterAll(() => service.close());

  const follow = async (at: number, devices: number) => {
    const rows = await service.database.query<{ id: string }>(
      `WITH device AS (
         INSERT INTO subscription (id, token_hash, channel, channel_key_id, locale, last_seen_week)
         SELECT gen_random_uuid(), decode(md5($1 || n::text), 'hex'),
           CASE WHEN n < $2 THEN '\\x00'::bytea END, 'k', 'en', '2026-01-05'
         FROM generate_series(1, $2::int) n RETURNING id, channel),
       area AS (INSERT INTO subscription_area SELECT $3, id FROM device)
       SELECT id FROM device ORDER BY channel IS NULL`,
      [`${at}/`, devices, tags[at]],
    );
    followers.push(rows.map(({ id }) => id));
  };
  const read = (rings: Audience[], known = new DeviceSet()) =>
    database.snapshot(async (tx) => {
      const pages: AudiencePage[] = [];
      for await (const page of audience.pages(tx, rings, known)) pages.push(page);
      return pages;
    });
  const pushing = (...some: number[]) =>
    some.flatMap((at) => followers[at]!.slice(0, -1)).map((id) => id.replaceAll('-', ''));

  it('hold every device with push once, however pages and tags end', async () => {
    const pages = await read([of(0, 1, 2, 3), of(4)]);
    const devices = pages.flatMap((page) => page.devices);
    expect(devices.toSorted()).toEqual(pushing(0, 1, 2, 3, 4).toSorted());
  });

  it('come ring by ring, none too large, and the last one says so', async () => {
    const pages = await read([of(3), of(5), of(0, 1), of(4)]);
    const order = pages.flatMap(({ devices }) => devices);
    expect(new Set(order.slice(0, 299))).toEqual(new Set(pushing(3)));
    const third = pushing(0, 1);
    expect(new Set(order.slice(299, 299 + third.length))).toEqual(new Set(third));
    expect(pages.map(({ last }) => last)).toEqual([...pages.slice(1).map(() => false), true]);
    for (const { devices } of await read([of(4)]))
      expect(devices.length).toBeLessThanOrEqual(PAGE_SIZE);
  });

  it('leave out who is known, and know whom they handed out', async () => {
    const known = new DeviceSet();
    known.addAll(pushing(0).join(''));
    const pages = await read([of(0, 1)], known);
    expect(pages.flatMap(({ devices }) => devices).toSorted()).toEqual(pushing(1).toSorted());
    expect((await read([of(1, 0)], known)).flatMap(({ devices }) => devices)).toEqual([]);
  });

  it('can be left in the middle', async () => {
    const first = await database.snapshot(async (tx) => {
      for await (const page of audience.pages(tx, [of(4)], new DeviceSet())) return page;
      return undefined;
    });
    expect(first!.last).toBe(false);
    expect(await read([of(5)])).toEqual([{ devices: [], last: true }]);
  });
});
