import { RateLimited } from '../platform/errors.js';

/** So many at once and so many in line; whoever comes then is asked to come again. */
export class Turns {
  private running = 0;
  private readonly line: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
  ) {}

  /** @throws RateLimited where the line is full. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.atOnce) this.running += 1;
    else await this.wait();
    try {
      return await work();
    } finally {
      const next = this.line.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private wait(): Promise<void> {
    if (this.line.length >= this.waiting)
      throw new RateLimited('Many files are coming in: try again in a minute, under the same id.');
    return new Promise((resolve) => this.line.push(resolve));
  }
}
