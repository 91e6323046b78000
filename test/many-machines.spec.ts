import { jest } from '@jest/globals';
import { BATCH_SIZE } from '../src/delivery/sender.js';
import type { ChildService } from './support/child-service.js';
import { Crew } from './support/crew.js';
import { Fleet, OSCEOLA, type FleetWorker } from './support/fleet.js';
import { account, through } from './support/kills.js';
import { follow } from './support/outbox.js';
import { accept, type Person } from './support/staff.js';
import type { Arrival } from './support/tally.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const DEVICES = 3_000;
/** More than two workers can have taken up before a third comes. */
const MANY = 8_000;
/** Sockets at each API process. */
const SOCKETS = 5;
/** How long push services take to answer: a fan-out of seconds, and one of a minute. */
const SOON_MS = 20;
const LATER_MS = 100;
const LATE_MS = 1_000;
/** A busy machine takes its time to start a process. */
const PATIENCE_MS = 120_000;

/** Messages that some worker counts as accepted. */
async function accepted({ url }: ChildService): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const counts = metrics.matchAll(/^campana_pushes_total\{[^}]*outcome="accepted"[^}]*\} (\d+)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

const sentBy = (arrivals: Arrival[], { name }: FleetWorker) =>
  arrivals.filter(({ sender }) => sender === name).length;

jest.setTimeout(PATIENCE_MS);

describe('two workers and two API processes over one PostgreSQL', () => {
  let database: TestDatabase;
  let fleet: Fleet;
  let apis: ChildService[];
  let workers: FleetWorker[];
  let admin: Person;
  let crew: Crew;
  let devices: string[];
  /** At each API process. */
  const families: { family: Awaited<ReturnType<typeof follow>>; missed: number }[][] = [[], []];
  /** Every alert so far, in order. */
  const issued: string[] = [];
  let places = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    fleet = await Fleet.over(database);
    [apis, workers] = await Promise.all([
      Promise.all([fleet.api(), fleet.api()]),
      Promise.all([fleet.worker(), fleet.worker()]),
    ]);
    admin = await accept(apis[0]!.url, apis[0]!.adminInvite!, 'Admin');
    crew = await Crew.of({ url: apis[0]!.url, admin });
    devices = await fleet.seed(DEVICES);
    await settle(0);
    await settle(1);
  }, PATIENCE_MS);
  beforeEach(async () => {
    await fleet.sink.forget();
    await fleet.sink.delay(SOON_MS);
  });
  afterAll(async () => {
    for (const { family } of families.flat()) family.close();
    await fleet.stop();
    await database.drop();
  });

  /** Families come to an API process, and hear what is issued from now on. */
  async function settle(index: number): Promise<void> {
    for (let n = 0; n < SOCKETS; n++) {
      const family = await follow(apis[index]!.url, OSCEOLA);
      families[index]!.push({ family, missed: issued.length });
    }
  }

  /** Verifies something new in Osceola County at an API process. */
  async function alert({ url }: ChildService): Promise<string> {
    const location = { latitude: 28.27 + 0.012 * places++, longitude: -81.4 };
    const { alertId } = await crew.at({ url, admin }).alert({ location });
    issued.push(alertId);
    return alertId;
  }

  /** Waits until an alert is through, and finds that everybody counts as told. */
  async function everybodyTold(alertId: string, { url }: ChildService): Promise<Arrival[]> {
    const delivery = await through(() => crew.at({ url, admin }).delivery(alertId));
    const told = { audience: devices.length, accepted: devices.length, pending: 0 };
    expect(delivery).toMatchObject({ ...told, complete: true });
    return fleet.sink.arrivals();
  }

  const once = (arrivals: Arrival[]) =>
    expect(account(arrivals, devices, [])).toMatchObject({ missed: 0, repeatedByTheLiving: 0 });

  /** Every socket of both API processes heard of every alert, once and in order. */
  async function socketsHeard(): Promise<void> {
    for (const { family, missed } of families.flat())
      expect(await family.ids()).toEqual(issued.slice(missed));
  }

  /** Kills an API process right after it answered, and finds all that it promised at the other. */
  async function killApi(index: number): Promise<void> {
    const other = apis[1 - index]!;
    const since = new Date().toISOString();
    const alertId = await alert(apis[index]!);
    await apis[index]!.stop('SIGKILL');
    once(await everybodyTold(alertId, other));
    const orphans = families[index]!.splice(0);
    await socketsHeard();
    for (const { family } of orphans) {
      family.close();
      const moved = await follow(other.url, OSCEOLA, { since });
      expect(await moved.ids()).toEqual([alertId]);
      moved.close();
    }
    await fleet.sink.forget();
  }

  it('share the work; nobody is told twice, by push or by socket', async () => {
    await fleet.sink.delay(LATER_MS);
    const alertId = await alert(apis[0]!);
    const arrivals = await everybodyTold(alertId, apis[1]!);
    once(arrivals);
    for (const worker of workers) {
      expect(sentBy(arrivals, worker)).toBeGreaterThan(DEVICES / 4);
      expect(await accepted(worker)).toBe(sentBy(arrivals, worker));
    }
    await socketsHeard();
  });

  it('lose nothing that one API process answered before it was killed, or the other', async () => {
    for (const index of [0, 1]) {
      await killApi(index);
      apis[index] = await fleet.api();
      await settle(index);
    }
  });

  it('are helped by a third worker that comes in the middle of a fan-out', async () => {
    devices = [...devices, ...(await fleet.seed(MANY - DEVICES))];
    await fleet.sink.delay(LATE_MS);
    const alertId = await alert(apis[0]!);
    await fleet.sink.reached(1);
    const third = await fleet.worker();
    await fleet.sink.heardOf(third.name);
    await fleet.sink.delay(SOON_MS);
    const arrivals = await everybodyTold(alertId, apis[1]!);
    once(arrivals);
    for (const worker of [...workers, third])
      expect(sentBy(arrivals, worker)).toBeGreaterThan(BATCH_SIZE);
    await socketsHeard();
    workers.push(third);
  });

  it('lose nobody when one of them is killed and then another', async () => {
    const alertId = await alert(apis[1]!);
    const killed: { worker: FleetWorker; after: number }[] = [];
    for (const part of [1 / 4, 1 / 2]) {
      const after = await fleet.sink.reached(devices.length * part);
      const worker = workers.shift()!;
      await worker.stop('SIGKILL');
      killed.push({ worker, after });
    }
    const arrivals = await everybodyTold(alertId, apis[0]!);
    const { kills, missed, repeatedByTheLiving } = account(arrivals, devices, killed);
    expect({ missed, repeatedByTheLiving }).toEqual({ missed: 0, repeatedByTheLiving: 0 });
    for (const { repeated } of kills) expect(repeated).toBeLessThanOrEqual(BATCH_SIZE);
    await socketsHeard();
  });
});
