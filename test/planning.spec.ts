import { jest } from '@jest/globals';
import { latLngToCell } from 'h3-js';
import type pg from 'pg';
import { AlertsWorker } from '../src/alerts/alerts.worker.js';
import { BatchStore } from '../src/delivery/batch.store.js';
import { Database } from '../src/platform/database.js';
import { Keyring } from '../src/platform/keyring.js';
import { PAGE_SIZE } from '../src/subscriptions/audience.store.js';
import { AudienceService } from '../src/subscriptions/audience.service.js';
import { tagOfArea } from '../src/subscriptions/area-tag.js';
import type { Area } from '../src/subscriptions/area.js';
import { Crew } from './support/crew.js';
import { ask } from './support/graphql.js';
import { seedDevices } from './support/seeded-devices.js';
import { PLACES } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const NEAREST = `query ($near: PointInput!) { schools(near: $near, first: 1) { edges { node { id } } } }`;
const { latitude, longitude } = PLACES.kissimmee;
const DISTRICT: Area = { kind: 'district', id: '1201470' };
const CELL: Area = { kind: 'cell', cell: latLngToCell(latitude, longitude, 7), radiusKm: 2 };
const OF_SCHOOL = PAGE_SIZE + 300;
const OF_DISTRICT = 60;
const OF_CELL = 40;

/** What becomes of a fan-out's plan when something happens between two of its pages. */
describe('planning', () => {
  let service: TestService;
  let crew: Crew;
  let audience: AudienceService;
  let school: Area;

  beforeAll(async () => {
    service = await startService({ environment: { ROLE: 'api' } });
    crew = await Crew.of(service);
    audience = service.service.app.get(AudienceService);
    const { schools } = await ask(service.url, NEAREST, { near: { latitude, longitude } });
    school = { kind: 'school', id: schools.edges[0].node.id };
  });
  afterAll(() => service.close());

  const query = <T = Record<string, any>>(text: string, values: unknown[] = []) =>
    service.database.query<T>(text, values);
  const fan = (alertId: string) => service.service.app.get(AlertsWorker).fan(alertId);
  const delivery = async () => (await query('SELECT * FROM delivery WHERE id = $1', [alertId]))[0]!;
  const planned = async (alertId: string) =>
    (
      await query<{ device: string }>(
        'SELECT unnest(pending) AS device FROM delivery_batch WHERE delivery_id = $1',
        [alertId],
      )
    ).map(({ device }) => device);

  /** New families' phones that follow one area, and others too. */
  const follow = async (area: Area, devices: number, also: Area[] = []) => {
    const before = new Set((await query('SELECT id FROM subscription')).map(({ id }) => id));
    const seeding = { devices, origin: 'https://127.0.0.1', area: () => area };
    await seedDevices(service.database, service.secrets, seeding);
    const all = await query<{ id: string }>('SELECT id FROM subscription');
    const ids = all.map(({ id }) => id).filter((id) => !before.has(id));
    for (const other of also) await addArea(other, ids);
    return ids;
  };
  const addArea = (area: Area, ids: string[]) =>
    query('INSERT INTO subscription_area SELECT $1, unnest($2::uuid[])', [
      tagOfArea(Keyring.from(service.secrets), area),
      ids,
    ]);
  const move = async (id: string, to: Area) => {
    await query('DELETE FROM subscription_area WHERE subscription_id = $1', [id]);
    await addArea(to, [id]);
  };

  /** Does something once so many pages are read and all but the last of them are in batches. */
  const atPage = (number: number, act: () => Promise<unknown>) => {
    const pages = audience.pages.bind(audience);
    let read = 0;
    audience.pages = async function* (...asked) {
      for await (const page of pages(...asked)) {
        if (++read === number) {
          audience.pages = pages;
          await act();
        }
        yield page;
      }
    };
  };
  const crash = () => Promise.reject(new Error('crash'));

  let everyone: string[];
  let incidentId: string;
  let alertId: string;

  beforeEach(async () => {
    await query('DELETE FROM subscription');
    await follow(school, OF_SCHOOL - 100);
    await follow(school, 100, [CELL, DISTRICT]);
    await follow(DISTRICT, OF_DISTRICT, [CELL]);
    await follow(CELL, OF_CELL);
    const [mute] = await follow(DISTRICT, 1, [CELL]);
    await query('UPDATE subscription SET channel = NULL WHERE id = $1', [mute]);
    const all = await query<{ id: string }>('SELECT id FROM subscription WHERE id <> $1', [mute]);
    everyone = all.map(({ id }) => id).sort();
    expect(everyone).toHaveLength(OF_SCHOOL + OF_DISTRICT + OF_CELL);
    ({ incidentId, alertId } = await crew.alert());
  });
  afterEach(() => crew.clear(incidentId));

  it('goes on after a crash amid a ring, or between rings, and plans each device once', async () => {
    for (const page of [2, 2, 3, 4]) {
      atPage(page, crash);
      await expect(fan(alertId)).rejects.toThrow('crash');
    }
    await fan(alertId);
    expect((await planned(alertId)).sort()).toEqual(everyone);
    expect(await delivery()).toMatchObject({
      ...{ audience: everyone.length, planned_at: expect.any(Date) },
    });
  });

  it('goes on where a version by rings left it, with batches put apart since', async () => {
    atPage(2, crash);
    await expect(fan(alertId)).rejects.toThrow('crash');
    const { planned_ring: rings } = await delivery();
    const [apart] = await planned(alertId);
    await query('UPDATE delivery_batch SET pending = array_remove(pending, $1)', [apart]);
    await service.service.app.get(Database).transaction(async (tx) => {
      const key = { deliveryId: alertId, ordinal: 0 };
      await service.service.app.get(BatchStore).putApart(tx, key, [apart!], 1, new Date());
    });
    await query('UPDATE delivery SET planned_ring = 1, planned_through = $2 WHERE id = $1', [
      ...[alertId, apart],
    ]);
    atPage(3, async () =>
      expect(await delivery()).toMatchObject({ planned_ring: rings, planned_through: null }),
    );
    await fan(alertId);
    expect((await planned(alertId)).sort()).toEqual(everyone);
    const batches = await query(
      'SELECT ordinal FROM delivery_batch WHERE delivery_id = $1 ORDER BY ordinal',
      [alertId],
    );
    expect(batches.map(({ ordinal }) => ordinal)).toEqual([...batches.keys()]);
  });

  it('commits the first batches and their jobs before the last page is read', async () => {
    atPage(2, async () => {
      expect(await planned(alertId)).toHaveLength(PAGE_SIZE);
      const jobs = await query(
        `SELECT FROM pgboss.job WHERE name = 'delivery-lane' AND data->>'deliveryId' = $1`,
        [alertId],
      );
      expect(jobs.length).toBeGreaterThan(0);
    });
    await fan(alertId);
    expect(await planned(alertId)).toHaveLength(everyone.length);
  });

  it('reads the next page while one is planned, and no further one', async () => {
    const pages = audience.pages.bind(audience);
    const asked: number[] = [];
    audience.pages = async function* (tx, ...rest) {
      audience.pages = pages;
      const line: pg.ClientBase = await tx.queryRunner!.connect();
      const query = jest.spyOn(line, 'query');
      const reads = () =>
        query.mock.calls.filter((call) => JSON.stringify(call).includes('FROM subscription_area'))
          .length;
      for await (const page of pages(tx, ...rest)) {
        asked.push(reads());
        yield page;
      }
      query.mockRestore();
    };
    await fan(alertId);
    expect(asked).toEqual([2, 3, 4, 4]);
  });

  it('plans a device once that follows other areas meanwhile, nearer ones or farther ones', async () => {
    const [nearer] = await follow(CELL, 1);
    atPage(2, async () => {
      const [farther] = await planned(alertId);
      await move(nearer!, school);
      await move(farther!, CELL);
    });
    await fan(alertId);
    expect((await planned(alertId)).sort()).toEqual([...everyone, nearer!].sort());
  });

  it('plans a device once when two plan at a time, and one of them to the end', async () => {
    atPage(2, async () => {
      atPage(3, crash);
      await expect(fan(alertId)).rejects.toThrow('crash');
    });
    await expect(fan(alertId)).rejects.toThrow('another plans this delivery');
    atPage(2, () => fan(alertId));
    await fan(alertId);
    expect((await planned(alertId)).sort()).toEqual(everyone);
  });
});
