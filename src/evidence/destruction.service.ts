import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LedgerStore } from '../ledger/ledger.store.js';
import {
  RawDetails,
  type Due,
  type RawDetail,
  type RedactedEntry,
  type Redacting,
} from '../ledger/raw-details.service.js';
import { Clock } from '../platform/clock.js';
import type { Transaction } from '../platform/database.js';
import { isUuid } from '../platform/ids.js';
import type { DestructionName } from './destruction.js';
import type { EvidenceRow } from './evidence.entity.js';
import { EVIDENCE_ADDED } from './evidence.service.js';
import { EvidenceStore } from './evidence.store.js';
import { EvidenceSafe } from './safe.service.js';

/** Who destroyed it and why, as it is recorded. */
interface Cause {
  destruction: DestructionName;
  destroyedBy: string | null;
  /** What else the ledger is to say. */
  facts: object;
}

/** Evidence is destroyed by two people, or by the schedule where one is set; the row stays. */
@Injectable()
export class EvidenceDestruction implements OnModuleInit, RawDetail {
  constructor(
    private readonly store: EvidenceStore,
    private readonly safe: EvidenceSafe,
    private readonly details: RawDetails,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.details.add('evidence', this);
    this.details.addKept(EVIDENCE_ADDED, (tx, entry) => this.isThere(tx, entry));
    this.details.addRedactor((tx, entry, redacting) => this.redact(tx, entry, redacting));
  }

  async expunge(tx: Transaction, due: Due): Promise<string[]> {
    const rows = await this.store.due(tx, due);
    await this.destroy(tx, rows, { destruction: 'RETENTION', destroyedBy: null, facts: {} });
    return rows.map(({ id }) => id);
  }

  async finish(): Promise<void> {
    await this.safe.dropLeftBehind();
  }

  private async isThere(tx: Transaction, { facts }: RedactedEntry): Promise<boolean | null> {
    const row = isUuid(facts.evidenceId) ? await this.store.byId(tx, facts.evidenceId) : null;
    return row && row.destroyedAt === null;
  }

  private async redact(tx: Transaction, entry: RedactedEntry, by: Redacting): Promise<void> {
    const { kind, facts } = entry;
    if (kind !== EVIDENCE_ADDED || !isUuid(facts.evidenceId)) return;
    const row = await this.store.lock(tx, facts.evidenceId);
    if (!row || row.destroyedAt) return;
    await this.destroy(tx, [row], {
      ...{ destruction: by.reason as DestructionName, destroyedBy: by.approvedBy },
      facts: { redaction: by.redaction, proposedBy: by.proposedBy },
    });
  }

  /** Rows that are locked, so that no copy comes about meanwhile. */
  private async destroy(tx: Transaction, rows: EvidenceRow[], cause: Cause): Promise<void> {
    if (rows.length === 0) return;
    const { destruction, destroyedBy, facts } = cause;
    const ids = rows.map(({ id }) => id);
    const copies = await this.store.copiesOf(tx, ids);
    const destroyedAt = this.clock.now();
    await this.store.update(tx, ids, { destroyedAt, destroyedBy, destruction });
    await this.safe.giveUp(
      tx,
      [...rows, ...copies].map(({ objectKey }) => objectKey),
    );
    await this.ledger.appendAll(
      tx,
      rows.map(({ id, incidentId }) => ({
        ...{ kind: 'evidence.destroyed', subject: incidentId, at: destroyedAt },
        actor: destroyedBy ?? 'clock',
        facts: { evidenceId: id, reason: destruction, ...facts },
      })),
    );
  }
}
