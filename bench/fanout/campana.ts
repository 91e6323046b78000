import type pg from 'pg';
import { ask } from '../../test/support/graphql.js';
import type { ChildService } from '../../test/support/child-service.js';
import type { Crew } from '../../test/support/crew.js';
import { until } from '../../test/support/until.js';
import { keysMade } from '../support/metric.js';
import type { Measure } from '../support/result.js';
import type { Contestant } from '../support/rounds.js';
import { OSCEOLA, type Network } from '../support/network.js';
import { cpuMicros, forgetPeak, peakMb } from '../support/usage.js';
import type { Sink } from '../sink/sink.js';

const APART_DEGREES = 0.02;
const PLACES = `query ($district: ID!) {
  schools(districtId: $district, first: 100) { edges { node { latitude longitude } } }
}`;

interface Place {
  latitude: number;
  longitude: number;
}

/** The real worker on a real alert, from the decision's commit until nothing is owed. */
export class Campana implements Contestant {
  readonly name = 'campana';
  #places: Place[] = [];

  private constructor(
    private readonly network: Network,
    private readonly worker: ChildService,
    private readonly crew: Crew,
    private readonly sink: Sink,
    /** Of these so many have keys made ahead before a round. */
    private devices: number,
  ) {}

  static async start(network: Network, sink: Sink, devices: number): Promise<Campana> {
    const api = await network.process('api');
    const trusting = {
      NODE_EXTRA_CA_CERTS: sink.caFile,
      PUSH_KEYS_AHEAD: String(devices),
    };
    const worker = await network.process('worker', trusting);
    const campana = new Campana(network, worker, await network.crew(api), sink, devices);
    campana.#places = await placesApart(api.url);
    return campana;
  }

  /** Waits until the keys of the next messages are made; that is what a worker does at rest. */
  ready(): Promise<void> {
    return keysMade(this.worker.url, this.devices);
  }

  async round(): Promise<Measure> {
    const { network, sink } = this;
    const pid = this.worker.child.pid!;
    const before = {
      own: cpuMicros(pid),
      database: network.databaseCpuMicros(),
      sink: sink.cpuMicros(),
    };
    forgetPeak(pid);
    const { alertId } = await this.crew.alert({ location: this.#places.shift()! });
    const { seconds, accepted, firstMs } = await completed(network.pool, alertId);
    const own = cpuMicros(pid) - before.own;
    return {
      items: accepted,
      seconds,
      cpuMicros: own,
      peakMb: peakMb(pid),
      more: {
        databaseCpuMicros: (network.databaseCpuMicros() - before.database) / accepted,
        sinkCpuMicros: (sink.cpuMicros() - before.sink) / accepted,
        firstSettledMs: firstMs,
      },
    };
  }
}

/** Schools far enough apart that what happens at one is another incident. */
export async function placesApart(url: string): Promise<Place[]> {
  const { schools } = await ask(url, PLACES, { district: OSCEOLA });
  const places: Place[] = [];
  for (const { node } of schools.edges as { node: Place }[]) {
    const near = (other: Place) =>
      Math.hypot(node.latitude - other.latitude, node.longitude - other.longitude) < APART_DEGREES;
    if (!places.some(near)) places.push(node);
  }
  return places;
}

async function completed(pool: pg.Pool, alertId: string) {
  let row: { seconds: number; accepted: number; firstMs: number; planned: number } | undefined;
  await until(
    async () => {
      const { rows } = await pool.query(
        `SELECT extract(epoch FROM completed_at - created_at)::float AS seconds, accepted,
           1000 * extract(epoch FROM first_accepted_at - created_at)::float AS "firstMs"
         FROM delivery WHERE id = $1 AND completed_at IS NOT NULL`,
        [alertId],
      );
      row = rows[0];
      return row !== undefined;
    },
    'a fan-out that completes',
    600_000,
  );
  return row!;
}
