import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { EXPUNGED, rangesOf } from '../../ledger/erasure.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { RawDetails, type Due } from '../../ledger/raw-details.service.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database, type Transaction } from '../../platform/database.js';
import { ErasureStore } from './erasure.store.js';
import { Held } from './held.service.js';
import { Redactions } from './redactions.service.js';

const AT_ONCE = 500;
const DAY_MS = 86_400_000;

/** Destroys some of what is due. @returns how many, and what the ledger is told of them. */
type Destroy = (tx: Transaction, due: Due) => Promise<{ count: number; facts: object }>;

/** Destroys raw detail that was kept for as long as it is to be kept, unless it is held. */
@Injectable()
export class Retention {
  constructor(
    private readonly database: Database,
    private readonly store: ErasureStore,
    private readonly held: Held,
    private readonly ledger: LedgerStore,
    private readonly details: RawDetails,
    private readonly redactions: Redactions,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    await this.redactions.lapse();
    const { narrativeDays, disclosureDays, evidenceDays } = this.config.retention;
    await this.expunge('narrative', narrativeDays, async (tx, due) => {
      const reports = (await this.details.get('narrative')?.expunge(tx, due)) ?? [];
      return { count: reports.length, facts: { reports } };
    });
    await this.expunge('disclosure', disclosureDays, async (tx, due) => {
      const entries = await this.ledger.expunge(tx, due, this.details.lastingKinds);
      return { count: entries.length, facts: { entries: rangesOf(entries) } };
    });
    await this.expunge('evidence', evidenceDays, async (tx, due) => {
      const evidence = (await this.details.get('evidence')?.expunge(tx, due)) ?? [];
      return { count: evidence.length, facts: { evidence } };
    });
    await this.details.finish();
  }

  /** In small transactions, each with its own entry; a hold that is set meanwhile counts. */
  private async expunge(detail: string, days: number, destroy: Destroy): Promise<void> {
    if (days === 0) return;
    const subject = randomUUID();
    const now = this.clock.now();
    const before = new Date(now.getTime() - days * DAY_MS);
    const some = (tx: Transaction) =>
      this.some(tx, { subject, now, before, detail, days }, destroy);
    while ((await this.database.transaction(some)) === AT_ONCE);
  }

  private async some(
    tx: Transaction,
    run: { subject: string; now: Date; before: Date; detail: string; days: number },
    destroy: Destroy,
  ): Promise<number> {
    const { subject, now, before, detail, days } = run;
    await this.store.lock(tx);
    const held = await this.held.subjects(tx);
    const { count, facts } = await destroy(tx, { before, held, limit: AT_ONCE });
    if (count > 0)
      await this.ledger.append(tx, {
        ...{ kind: EXPUNGED, subject, at: now, actor: 'clock' },
        facts: { detail, days, before: before.toISOString(), ...facts },
      });
    return count;
  }
}
