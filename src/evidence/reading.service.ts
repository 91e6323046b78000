import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { Metrics } from '../platform/metrics.js';
import { LOGGER } from '../platform/tokens.js';
import { requireKept } from './destruction.js';
import type { EvidenceRow } from './evidence.entity.js';
import { EvidenceStore } from './evidence.store.js';
import { MEDIA_TYPES } from './file-types.js';
import { missingCopy, requireReadable, type Purpose } from './reading.js';
import { DamagedEvidence, EvidenceSafe, type Kept } from './safe.service.js';

export interface ReadFile {
  bytes: Buffer;
  mediaType: string;
  sha256: Buffer;
}

/** Hands files out: each time that stands in the ledger before the first byte leaves. */
@Injectable()
export class EvidenceReading {
  constructor(
    private readonly database: Database,
    private readonly store: EvidenceStore,
    private readonly safe: EvidenceSafe,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws NotFound, Forbidden, Conflict where it may not be read for this, was altered or destroyed. */
  async original(viewer: Viewer, id: string, purpose: Purpose): Promise<ReadFile> {
    const row = await this.row(id);
    requireReadable({ role: viewer.role, purpose, withdrawn: row.withdrawnAt !== null });
    requireKept(row);
    return this.read(viewer, row, 0, row, MEDIA_TYPES[row.type], purpose);
  }

  /** @throws NotFound, Forbidden, Conflict where it may not be read for this, was altered or destroyed. */
  async copy(viewer: Viewer, id: string, version: number, purpose: Purpose): Promise<ReadFile> {
    const row = await this.row(id);
    const copies = await this.store.copiesOf(this.database.reader, [id]);
    const copy = copies.find((one) => one.version === version);
    if (!copy) throw new NotFound(missingCopy(copies.at(-1)?.version, row.unreadableAt !== null));
    requireReadable({
      role: viewer.role,
      purpose,
      withdrawn: row.withdrawnAt !== null,
      copy: { cleared: copy.clearedAt !== null, latest: copy === copies.at(-1) },
    });
    requireKept(row);
    return this.read(viewer, row, version, copy, copy.mediaType, purpose);
  }

  private async row(id: string): Promise<EvidenceRow> {
    const row = await this.store.byId(this.database.reader, id);
    if (!row) throw new NotFound('There is no evidence with this id.');
    return row;
  }

  private async read(
    viewer: Viewer,
    { id, incidentId }: EvidenceRow,
    version: number,
    kept: Kept,
    mediaType: string,
    purpose: Purpose,
  ): Promise<ReadFile> {
    const what = { evidenceId: id, version };
    try {
      const bytes = await this.safe.open(kept, what);
      await this.enter('evidence.read', incidentId, viewer, { ...what, purpose });
      return { bytes, mediaType, sha256: kept.sha256 };
    } catch (error) {
      if (!(error instanceof DamagedEvidence)) throw error;
      const { damage } = error;
      await this.enter('evidence.damage-found', incidentId, viewer, { ...what, purpose, damage });
      this.logger.error({ reason: 'evidence-damaged' }, 'operator: a stored file is damaged');
      this.metrics.operatorCalls.inc({ reason: 'evidence-damaged' });
      // oxlint-disable-next-line preserve-caught-error
      throw new Conflict(DAMAGED[damage]);
    }
  }

  /** Of what was destroyed while it was opened nothing is handed out, and nothing is amiss with it. */
  private async enter(
    kind: string,
    subject: string,
    { id }: Viewer,
    facts: { evidenceId: string; version: number; purpose: Purpose; damage?: string },
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.store.share(tx, facts.evidenceId);
      if (row) requireKept(row);
      await this.ledger.append(tx, { kind, subject, at: this.clock.now(), actor: id, facts });
    });
  }
}

const DAMAGED = {
  MISSING: 'The stored file is missing. Tell whoever runs the service: it may be in a backup.',
  ALTERED:
    'The stored file is not what was sealed, and is not handed out. Tell whoever runs the service: it may be in a backup.',
} as const;
