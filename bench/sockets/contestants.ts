import { readFile } from 'node:fs/promises';
import type { Crew } from '../../test/support/crew.js';
import { placesApart } from '../fanout/campana.js';
import type { Network } from '../support/network.js';
import type { Measure } from '../support/result.js';
import type { Contestant } from '../support/rounds.js';
import type { Server } from '../support/server.js';
import { cpuMicros, forgetPeak, peakMb, residentBytes } from '../support/usage.js';
import type { Broadcast } from './bare.peer.js';
import type { Families, Opened } from './families.js';

/** Until garbage is collected, and memory that was freed has been given back. */
const SETTLE_MS = 3_000;

/** Of one connection, or of a whole process; bytes. */
export interface Memory {
  /** As the system counts it: with what the process keeps for later. */
  resident: number;
  /** In use on the heap. */
  heap: number;
}

/** The process of a server that {@link MEASURED} was given to. */
export interface Measured {
  pid: number;
  heapFile: string;
}

/** Somebody whom families listen to; each round is one message to all of them. */
export abstract class Teller implements Contestant {
  abstract readonly name: string;
  #perFamily: Memory = { resident: 0, heap: 0 };

  constructor(
    protected readonly families: Families,
    private readonly measured: Measured,
  ) {}

  /** Tells one message. @returns when it began; ms since 1970 */
  protected abstract tell(): Promise<number>;

  get perFamily(): Memory {
    return this.#perFamily;
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
    const after = await this.#memory();
    const each = (name: keyof Memory) =>
      (after[name] - before[name]) / (this.families.count - half);
    this.#perFamily = { resident: each('resident'), heap: each('heap') };
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
    const { pid } = this.measured;
    forgetPeak(pid);
    const before = cpuMicros(pid);
    const beganAt = await this.tell();
    const { lastAt, devices } = await this.families.told();
    return {
      items: devices,
      seconds: (lastAt - beganAt) / 1_000,
      cpuMicros: cpuMicros(pid) - before,
      peakMb: peakMb(pid),
    };
  }

  async #memory(): Promise<Memory> {
    const { pid, heapFile } = this.measured;
    process.kill(pid, 'SIGUSR2');
    await new Promise((settled) => setTimeout(settled, SETTLE_MS));
    return { resident: residentBytes(pid), heap: Number(await readFile(heapFile, 'utf8')) };
  }
}

/** The real gateway, from the decision's commit. */
export class Gateway extends Teller {
  readonly name = 'campana';
  readonly #places: Promise<{ latitude: number; longitude: number }[]>;

  constructor(
    families: Families,
    measured: Measured,
    private readonly network: Network,
    url: string,
    private readonly crew: Crew,
  ) {
    super(families, measured);
    this.#places = placesApart(url);
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
    measured: Measured,
    private readonly server: Server,
    private readonly broadcast: Broadcast,
  ) {
    super(families, measured);
  }

  protected async tell(): Promise<number> {
    return ((await this.server.ask(this.broadcast)) as { beganAt: number }).beganAt;
  }
}
