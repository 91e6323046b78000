import { availableParallelism } from 'node:os';

/** Who asked something asks again soon, and must have a processor to say so. */
const HEED_MS = 250;
/** One each for requests, for sending, for PostgreSQL and for the system. */
const ENOUGH_PROCESSORS = 4;

/** Whether this process is being asked something, for what can be done a little later. */
export class Asked {
  private last = -Infinity;

  constructor(
    private readonly now = () => performance.now(),
    private readonly processors = availableParallelism(),
  ) {}

  note(): void {
    this.last = this.now();
  }

  /** Whether requests come in that would wait for a processor. */
  get waitsForRoom(): boolean {
    return this.processors < ENOUGH_PROCESSORS && this.now() - this.last < HEED_MS;
  }
}
