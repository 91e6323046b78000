import { fork, execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Config } from '../../src/platform/config.js';
import {
  startEmbeddedDatabase,
  type EmbeddedDatabase,
} from '../../src/platform/embedded-database.js';
import { readEnvironment } from '../../src/platform/env.js';
import { migrate } from '../../src/platform/migrate.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { makeCertificates, release, retain } from '../../test/push-service/certificates.js';
import { startChild, type ChildService } from '../../test/support/child-service.js';
import { Crew } from '../../test/support/crew.js';
import { accept } from '../../test/support/staff.js';
import { cpuMicros, familyCpuMicros } from '../support/usage.js';
import { machineMicros } from './cpu.js';
import type { FromSink, SinkCounts, ToSink } from './sink.js';

/** How devices are shared out over push services here: one of them large, as in the field. */
export const ORIGIN_SHARES = [0.6, 0.3, 0.05, 0.05];
/** Requests at once that the sink lets a connection have, as large push services do. */
export const STREAMS = 100;

/** Every process that a measurement needs, on loopback, and taken down in reverse. */
export class Rig {
  readonly #undo: (() => Promise<unknown>)[] = [];
  #stopping: Promise<void> | undefined;
  readonly #secrets = freshSecrets();
  database!: EmbeddedDatabase;
  client!: pg.Client;
  config!: Config;
  origins: { origin: string; share: number }[] = [];
  directory!: string;
  sink!: ChildProcess;
  #api: ChildService | undefined;
  #environment: Record<string, string> = {};

  static async start(): Promise<Rig> {
    const rig = new Rig();
    try {
      await rig.#start();
      return rig;
    } catch (error) {
      await rig.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#takeDown();
    return this.#stopping;
  }

  async #takeDown(): Promise<void> {
    for (const step of this.#undo.reverse()) await step().catch(() => undefined);
  }

  async #start(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'campana-scaling-'));
    this.#undo.push(() => rm(this.directory, { recursive: true, force: true }));
    this.database = await startEmbeddedDatabase({ dataDir: this.directory, password: 'bench' });
    this.#undo.push(() => this.database.stop());
    await migrate(this.database.url);
    this.client = new pg.Client({ connectionString: this.database.url });
    await this.client.connect();
    this.#undo.push(() => this.client.end());
    const caFile = await this.#startSink();
    this.#environment = {
      ...{ DATABASE_URL: this.database.url, NODE_EXTRA_CA_CERTS: caFile, PUSH_ALLOW_PRIVATE: '1' },
      ...{ WIDE_ALERT_DEVICES: '10000000', ALERTS_PER_DISTRICT_HOUR: '1000' },
      ...this.#secrets,
    };
    const environment = readEnvironment({ ...this.#environment, ROLE: 'api' });
    this.config = Config.from(environment, this.database.url, this.#secrets);
    const importer = [
      'dist/src/schools/import.command.js',
      'data/schools/osceola_orange_FL.edge.txt',
    ];
    const districts = ['--districts', 'data/districts/districts_FL.csv'];
    const env = { ...process.env, ...this.#environment };
    execFileSync(process.execPath, [...importer, ...districts], { env, stdio: 'pipe' });
  }

  async #startSink(): Promise<string> {
    const certificates = await makeCertificates();
    retain(certificates);
    this.#undo.push(async () => release(certificates));
    this.sink = fork(new URL('./sink.js', import.meta.url));
    this.#undo.push(async () => this.sink.disconnect());
    const { certPem, keyPem, caFile } = certificates;
    const setup = { certPem, keyPem, origins: ORIGIN_SHARES.length, streams: STREAMS };
    const { ports } = (await this.#tellSink({ kind: 'start', setup })) as FromSink & {
      kind: 'ports';
    };
    this.origins = ports.map((port, index) => ({
      origin: `https://localhost:${port}`,
      share: ORIGIN_SHARES[index]!,
    }));
    return caFile;
  }

  async #tellSink(message: ToSink): Promise<FromSink> {
    this.sink.send(message);
    const [reply] = (await once(this.sink, 'message')) as [FromSink];
    return reply;
  }

  /** Forgets what the sink counted; from now on it answers after so long. */
  async resetSink(delayMs = 0): Promise<void> {
    await this.#tellSink({ kind: 'reset', delayMs });
  }

  async sinkCounts(): Promise<SinkCounts> {
    return ((await this.#tellSink({ kind: 'tell' })) as FromSink & { kind: 'counts' }).counts;
  }

  /** A process of the service as an operator runs it. */
  async run(role: 'api' | 'worker', more: Record<string, string> = {}): Promise<ChildService> {
    const child = await startChild({ ...this.#environment, ROLE: role, ...more });
    this.#undo.push(() => child.stop());
    if (role === 'api') this.#api = child;
    return child;
  }

  /** Microseconds used by everything that belongs to the measurement, but for workers. */
  ownMicros(): number {
    const { user, system } = process.cpuUsage();
    const api = this.#api ? cpuMicros(this.#api.child.pid!) : 0;
    return user + system + api + cpuMicros(this.sink.pid!) + familyCpuMicros(this.database.pid);
  }

  async crew(api: ChildService): Promise<Crew> {
    const admin = await accept(api.url, api.adminInvite!, 'Coordinator');
    return Crew.of({ url: api.url, admin });
  }

  async row<T>(text: string, values: unknown[] = []): Promise<T> {
    return (await this.client.query(text, values)).rows[0] as T;
  }

  async number(text: string, values: unknown[] = []): Promise<number> {
    return Number((await this.row<{ n: unknown }>(`SELECT (${text}) AS n`, values)).n);
  }

  /** Bytes of WAL written since the cluster was made. */
  wal(): Promise<number> {
    return this.number(`SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`);
  }
}

const PATIENCE_MS = 180_000;
const PEACE_MS = 20_000;
const LOOK_MS = 1_000;

/** Waits until a process uses less than a twentieth of a core for a second. */
export function atRest(pid: number): Promise<void> {
  return until(() => cpuMicros(pid), LOOK_MS * 50);
}

/** Waits a while for others on the machine to leave most of it; goes on in any case. */
export async function atPeace(): Promise<void> {
  await until(machineMicros, LOOK_MS * 300, PEACE_MS).catch(() => undefined);
}

/** Looks once a second until no more was used since the last look. */
async function until(used: () => number, micros: number, patience = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patience;
  for (let last = used(); ;) {
    await new Promise((look) => setTimeout(look, LOOK_MS));
    const now = used();
    if (now - last < micros) return;
    if (Date.now() > deadline) throw new Error('it did not come to rest in time');
    last = now;
  }
}
