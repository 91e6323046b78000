import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import type { SchoolRecord } from '../../schools/schools.service.js';
import type { AlertRow } from '../alert.entity.js';
import { KeptRead } from './kept-read.js';
import { SnapshotStore, type LiveAlert, type Snapshot } from './snapshot.store.js';

/**
 * What is on, read by one query and kept in memory for all who ask: GraphQL, the feeds and the
 * sockets. See docs/architecture.md for what drops it.
 */
@Injectable()
export class ActiveSnapshot {
  private readonly kept: KeptRead<Snapshot>;
  private isAhead = false;
  /** Of the rows handed out, so that their schools need no other query. */
  private readonly schools = new WeakMap<AlertRow, SchoolRecord>();

  constructor(
    database: Database,
    store: SnapshotStore,
    bus: Bus,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    const load = async () => {
      const snapshot = await store.read(database.reader, clock.now());
      for (const { row, school } of snapshot.live) this.schools.set(row, school);
      return snapshot;
    };
    this.kept = new KeptRead(load, () => clock.now().getTime());
    for (const topic of ['alert', 'active'] as const) {
      bus.onAnnounce(topic, (_, id) => this.kept.announced(id));
      bus.onCommit(topic, (_, id, isCertain) => {
        this.kept.committed(id, isCertain);
        this.readAhead();
      });
      bus.onArrival(topic, (_, id) => {
        this.kept.heard(id);
        this.readAhead();
      });
    }
    bus.onResumed(() => {
      this.kept.drop();
      this.readAhead();
    });
  }

  read(): Promise<Snapshot> {
    return this.kept.read();
  }

  /** Whoever asks next waits for as little of it as can be. What changes at once is read once. */
  private readAhead(): void {
    if (!this.config.servesHttp || this.isAhead) return;
    this.isAhead = true;
    queueMicrotask(() => {
      this.isAhead = false;
      this.read().catch(() => undefined);
    });
  }

  /** What is on now, newest first: real alerts, or drills. */
  async on(status: AlertRow['status']): Promise<LiveAlert[]> {
    const { live } = await this.read();
    const now = this.clock.now();
    return live.filter(({ row }) => row.status === status && row.expires > now);
  }

  /** The school of a row that came from here. */
  schoolOf(row: AlertRow): SchoolRecord | undefined {
    return this.schools.get(row);
  }
}
