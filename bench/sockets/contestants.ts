import type { ChildService } from '../../test/support/child-service.js';
import type { Crew } from '../../test/support/crew.js';
import { placesApart } from '../fanout/campana.js';
import type { Network } from '../support/network.js';
import type { Measure } from '../support/result.js';
import type { Contestant } from '../support/rounds.js';
import type { Server } from '../support/server.js';
import { cpuMicros, forgetPeak, peakMb, residentBytes } from '../support/usage.js';
import type { Broadcast } from './bare.peer.js';
import type { Families, Opened } from './families.js';

/** Until memory that was freed has been given back. */
const SETTLE_MS = 2_000;

/** Somebody whom families listen to; each round is one message to all of them. */
export abstract class Teller implements Contestant {
  abstract readonly name: string;
  #bytesPerFamily = 0;

  constructor(
    protected readonly families: Families,
    private readonly pid: number,
  ) {}

  /** Tells one message. @returns when it began; ms since 1970 */
  protected abstract tell(): Promise<number>;

  get bytesPerFamily(): number {
    return this.#bytesPerFamily;
  }

  /**
   * The families come for the first time. Memory is that of the second half: the first fills what
   * the start of the process has left free.
   */
  async fill(): Promise<Opened> {
    const half = Math.floor(this.families.count / 2);
    const first = await this.families.open(0, half);
    const before = await this.#memory();
    const second = await this.families.open(half);
    this.#bytesPerFamily = ((await this.#memory()) - before) / (this.families.count - half);
    return {
      seconds: first.seconds + second.seconds,
      failures: first.failures + second.failures,
      reasons: [...first.reasons, ...second.reasons],
    };
  }

  /** All of them lose their connection at one moment, and come back. */
  async storm(): Promise<Opened> {
    await this.families.drop();
    return this.families.open();
  }

  async round(): Promise<Measure> {
    await this.families.expect();
    forgetPeak(this.pid);
    const before = cpuMicros(this.pid);
    const beganAt = await this.tell();
    const { lastAt, devices } = await this.families.told();
    return {
      items: devices,
      seconds: (lastAt - beganAt) / 1_000,
      cpuMicros: cpuMicros(this.pid) - before,
      peakMb: peakMb(this.pid),
    };
  }

  async #memory(): Promise<number> {
    process.kill(this.pid, 'SIGUSR2');
    await new Promise((settled) => setTimeout(settled, SETTLE_MS));
    return residentBytes(this.pid);
  }
}

/** The real gateway, from the decision's commit. */
export class Gateway extends Teller {
  readonly name = 'campana';
  readonly #places: Promise<{ latitude: number; longitude: number }[]>;

  constructor(
    families: Families,
    private readonly network: Network,
    api: ChildService,
    private readonly crew: Crew,
  ) {
    super(families, api.child.pid!);
    this.#places = placesApart(api.url);
  }

  protected async tell(): Promise<number> {
    const { alertId } = await this.crew.alert({ location: (await this.#places).shift()! });
    const { rows } = await this.network.pool.query(
      `SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin))::float AS "beganAt"
       FROM alert WHERE id = $1`,
      [alertId],
    );
    return rows[0].beganAt as number;
  }
}

/** Bare socket.io, from the call. */
export class Bare extends Teller {
  readonly name = 'bare socket.io';

  constructor(
    families: Families,
    private readonly server: Server,
    private readonly broadcast: Broadcast,
  ) {
    super(families, server.pid);
  }

  protected async tell(): Promise<number> {
    return ((await this.server.ask(this.broadcast)) as { beganAt: number }).beganAt;
  }
}
