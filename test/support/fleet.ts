import { freshSecrets } from '../../src/platform/secrets.js';
import { startChild, type ChildService } from './child-service.js';
import { seedDevices } from './seeded-devices.js';
import { Sink } from './sink.js';
import type { TestDatabase } from './test-database.js';

/** A worker, and what the sink knows its messages by. */
export interface FleetWorker extends ChildService {
  name: string;
}

/** Whoever follows this district is told of what happens in Kissimmee. */
export const OSCEOLA = { districtId: '1201470' };

/** Processes of the service over one database, as an operator runs them, and the sink they send to. */
export class Fleet {
  readonly #started: ChildService[] = [];
  #workers = 0;

  static async over(
    database: Pick<TestDatabase, 'url' | 'query'>,
    environment: Record<string, string> = {},
  ): Promise<Fleet> {
    return new Fleet(database, await Sink.start(), environment);
  }

  private constructor(
    readonly database: Pick<TestDatabase, 'url' | 'query'>,
    readonly sink: Sink,
    private readonly environment: Record<string, string>,
    private readonly secrets = freshSecrets(),
  ) {}

  async api(): Promise<ChildService> {
    return this.#start({ ROLE: 'api' });
  }

  /** One that does everything. */
  async all(): Promise<ChildService> {
    return this.#start({ ROLE: 'all' });
  }

  /** Each signs with a subject of its own, so that the sink sees who sent what. */
  async worker(): Promise<FleetWorker> {
    const name = `mailto:worker-${++this.#workers}@campana.invalid`;
    return { name, ...(await this.#start({ ROLE: 'worker', VAPID_SUBJECT: name })) };
  }

  /** Phones that follow Osceola County. @returns the paths of their endpoints */
  async seed(devices: number): Promise<string[]> {
    const { origin } = this.sink;
    const area = () => ({ kind: 'district' as const, id: OSCEOLA.districtId });
    const seeded = await seedDevices(this.database, this.secrets, { devices, origin, area });
    return seeded.map(({ endpoint }) => new URL(endpoint).pathname);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#started.map((child) => child.stop('SIGKILL')));
    await this.sink.stop();
  }

  async #start(more: Record<string, string>): Promise<ChildService> {
    const child = await startChild({
      DATABASE_URL: this.database.url,
      ...this.secrets,
      PUSH_ALLOW_PRIVATE: '1',
      NODE_EXTRA_CA_CERTS: this.sink.caFile,
      WIDE_ALERT_DEVICES: '10000000',
      ...this.environment,
      ...more,
    });
    this.#started.push(child);
    return child;
  }
}
