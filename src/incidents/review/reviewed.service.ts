import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { Gathered } from '../../platform/gathered.js';
import { ReviewStore } from './review.store.js';

/** In one transaction: so long does another reader wait at most before it gets on. */
const AT_ONCE = 200;

/**
 * What is reviewed of a new incident is not worked out by its report, which somebody waits for in a
 * street, but by whoever reads next, or within a minute.
 */
@Injectable()
export class Reviewed {
  private readonly catchingUp: Gathered<'all', true>;

  constructor(
    private readonly database: Database,
    private readonly store: ReviewStore,
  ) {
    this.catchingUp = new Gathered(async () => {
      await this.catchUp();
      return new Map([['all', true]]);
    }, 1);
  }

  /**
   * From then on `incident_review` has every incident that was there when this was called. For
   * whoever reads it: before a snapshot is opened, or it would not be in it.
   */
  async upToDate(): Promise<void> {
    await this.catchingUp.get('all');
  }

  /** Those that were noted by now, a batch at a time. What is noted meanwhile is for the next. */
  private async catchUp(): Promise<void> {
    const through = await this.store.noted(this.database.reader);
    if (through === null) return;
    const batch = (after: string) =>
      this.database.transaction((tx) => this.store.catchUp(tx, after, through, AT_ONCE));
    for (let last = await batch('0'); last !== null && last !== through;) last = await batch(last);
  }
}
