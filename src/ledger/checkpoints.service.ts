import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { EMPTY_HEAD } from './chain.js';
import { signCheckpoint, type Checkpoint, type SignedCheckpoint } from './checkpoint.js';
import { CheckpointsStore } from './checkpoints.store.js';
import { EMPTY_ROOT, rootNeeds, treeRoot } from './merkle.js';
import { TreeStore } from './tree.store.js';

/** The ledger is not the one that the last checkpoint was made of: nothing more is signed. */
export class LedgerNotExtended extends Error {}

type Moment = Pick<Checkpoint, 'size' | 'head' | 'root'>;
const NOTHING: Moment = { size: 0, head: EMPTY_HEAD, root: EMPTY_ROOT };

/** Signs what the ledger is. What it costs depends on the entries since the last time. */
@Injectable()
export class Checkpoints {
  constructor(
    private readonly database: Database,
    private readonly store: CheckpointsStore,
    private readonly tree: TreeStore,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws LedgerNotExtended unless the ledger still begins with what was signed before. */
  async make(): Promise<SignedCheckpoint> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const latest = await this.store.latest(tx);
      const before = latest ? { ...latest, size: Number(latest.size) } : NOTHING;
      const now = await this.grown(tx, before);
      const checkpoint = {
        network: this.config.http.publicUrl,
        time: this.after(latest?.madeAt),
        ...now,
      };
      const published = signCheckpoint(checkpoint, this.config.signing);
      await this.store.keep(tx, checkpoint, published);
      return published;
    });
  }

  /** The last one, as it was published; null: none was made yet. */
  async latest(tx: Transaction = this.database.reader): Promise<SignedCheckpoint | null> {
    const row = await this.store.latest(tx);
    return row && (JSON.parse(row.published) as SignedCheckpoint);
  }

  /** What has become of the ledger since it was so. */
  private async grown(tx: Transaction, before: Moment): Promise<Moment> {
    const recorded = await this.store.recorded(tx);
    if (!recorded || recorded.size < before.size)
      throw new LedgerNotExtended('entries are gone that were signed for');
    const { size } = recorded;
    if (!(await this.rootAt(tx, before.size)).equals(before.root))
      throw new LedgerNotExtended('the entries before are not those that were signed for');
    const head = await this.store.headAt(tx, before, size);
    if (!head.equals(recorded.head))
      throw new LedgerNotExtended('the entries since do not lead to the head');
    await this.tree.extend(tx, before.size, size);
    return { size, head, root: await this.rootAt(tx, size) };
  }

  private async rootAt(tx: Transaction, size: number): Promise<Buffer> {
    return treeRoot(size, await this.tree.hashes(tx, rootNeeds(size)));
  }

  /** The clock may be set back; the latest is the one made last. */
  private after(last: Date | undefined): Date {
    return new Date(Math.max(this.clock.now().getTime(), last ? last.getTime() + 1 : 0));
  }
}
