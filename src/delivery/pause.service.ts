import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { Conflict } from '../platform/errors.js';
import { Gathered } from '../platform/gathered.js';
import { Queue } from '../platform/queue.js';
import { lanesOf } from './lanes.js';
import type { PauseRow } from './pause.entity.js';
import { PauseStore } from './pause.store.js';

/** Before whatever was not tried yet: it has waited longest. */
const HELD = 8;

/** The stop for everything that is sent to the public, also what is in the queue already. */
@Injectable()
export class AlertPause {
  /** Ten thousand sockets that come back at once ask the same. */
  private readonly lookUps: Gathered<'current', PauseRow>;

  constructor(
    private readonly database: Database,
    private readonly store: PauseStore,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {
    this.lookUps = new Gathered(async () => {
      const open = await store.open(database.reader);
      return new Map(open ? [['current', open]] : []);
    }, 1);
  }

  /** As it was at some moment after the question. */
  async current(): Promise<PauseRow | null> {
    return (await this.lookUps.get('current')) ?? null;
  }

  /** For a transaction that would tell the public: no pause begins before it has ended. */
  async isOn(tx: Transaction): Promise<boolean> {
    return (await this.store.openFrom(tx)) !== null;
  }

  /** Does it unless all sending is paused; no pause begins before it is done. */
  async unlessOn(work: () => void): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const on = await this.isOn(tx);
      if (!on) work();
      return !on;
    });
  }

  /** From this commit on no batch is begun and no socket told; pausing again changes nothing. */
  async pause(viewer: Viewer): Promise<PauseRow> {
    return this.database.transaction(async (tx) => {
      await this.store.take(tx);
      const open = await this.store.open(tx);
      if (open) return open;
      const now = this.clock.now();
      const pause: PauseRow = {
        id: randomUUID(),
        pausedBy: viewer.id,
        pausedAt: now,
        resumedBy: null,
        resumedAt: null,
      };
      await this.store.insert(tx, pause);
      await this.tell(tx, pause.id, 'alerts.paused', viewer.id, now);
      return pause;
    });
  }

  /**
   * What was held and has not lapsed goes out.
   * @throws Conflict when nothing is paused.
   */
  async resume(viewer: Viewer): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.store.take(tx);
      const open = await this.store.open(tx);
      if (!open) throw new Conflict('Alerts are not paused.');
      const now = this.clock.now();
      await this.store.close(tx, open.id, viewer.id, now);
      const lanes = (await this.store.held(tx)).flatMap(({ deliveryId, batches }) =>
        lanesOf(deliveryId, batches),
      );
      await this.queue.sendAll(tx, 'lane', lanes, HELD);
      await this.tell(tx, open.id, 'alerts.resumed', viewer.id, now);
    });
  }

  private async tell(tx: Transaction, subject: string, kind: string, actor: string, at: Date) {
    this.bus.announce(tx, 'pause', {});
    await this.ledger.append(tx, { kind, subject, at, actor, facts: {} });
  }
}
