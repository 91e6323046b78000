import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Viewer } from '../identity/access.js';
import { CHRONICLE } from '../identity/roles.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Batched } from '../platform/batched.js';
import { Clock } from '../platform/clock.js';
import { Database, sqlState, UNIQUE_VIOLATION, type Transaction } from '../platform/database.js';
import { Conflict } from '../platform/errors.js';
import { Queue } from '../platform/queue.js';
import { Decoder } from './decoder.js';
import { requireKept } from './destruction.js';
import type { CopyRow, EvidenceRow } from './evidence.entity.js';
import { EvidenceStore } from './evidence.store.js';
import { examine } from './examine.js';
import type { EvidenceType } from './file-types.js';
import { EvidenceSafe, type Kept } from './safe.service.js';

/** A file was received. */
export const EVIDENCE_ADDED = 'evidence.added';

/** Enough for every page of a court file; a bound on what one lost telephone can fill. */
const MAX_OF_INCIDENT = 200;

/** Where a file goes: the incident that holds the reports now, whatever it was called on the phone. */
export interface Destination {
  incidentId: string;
  drillId: string | null;
}

/** Takes files in, and lists them. */
@Injectable()
export class EvidenceService {
  private readonly listed: Batched<string, EvidenceRow[]>;
  private readonly copies: Batched<string, CopyRow[]>;

  constructor(
    private readonly database: Database,
    private readonly store: EvidenceStore,
    private readonly safe: EvidenceSafe,
    private readonly decoder: Decoder,
    private readonly incidents: IncidentsService,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {
    this.listed = new Batched(async (ids) => {
      const rows = await store.ofIncidents(database.reader, [...new Set(ids)]);
      const byIncident = Map.groupBy(rows, ({ incidentId }) => incidentId);
      return ids.map((id) => byIncident.get(id) ?? []);
    });
    this.copies = new Batched(async (ids) => {
      const rows = await store.copiesOf(database.reader, [...new Set(ids)]);
      const byEvidence = Map.groupBy(rows, ({ evidenceId }) => evidenceId);
      return ids.map((id) => byEvidence.get(id) ?? []);
    });
  }

  /** Responders see what they handed in themselves, others all. */
  async ofIncident(viewer: Viewer, incidentId: string): Promise<EvidenceRow[]> {
    const all = await this.listed.get(incidentId);
    return CHRONICLE.includes(viewer.role) ? all : all.filter((one) => one.addedBy === viewer.id);
  }

  async copiesOf(evidenceId: string): Promise<CopyRow[]> {
    return this.copies.get(evidenceId);
  }

  /**
   * Before the first byte is taken. Training that has lapsed does not matter: what somebody saw while
   * it counted can still be handed in.
   * @throws NotFound, also for a responder who wrote none of its reports.
   */
  async destination(viewer: Viewer, incidentId: string): Promise<Destination> {
    const named = await this.incidents.visibleTo(viewer, incidentId);
    return { incidentId: await this.incidents.holderOf(incidentId), drillId: named.drillId };
  }

  /**
   * Seals and stores a file, then writes its row, its ledger entry and the job that copies it, or
   * none of them. The same file under the same id is the same evidence.
   * @throws BadInput where the file is refused, Conflict where the id is another's or it was destroyed.
   */
  async add(
    viewer: Viewer,
    id: string,
    to: Destination,
    file: Buffer,
  ): Promise<{ row: EvidenceRow; isNew: boolean }> {
    const sha256 = createHash('sha256').update(file).digest();
    const known = await this.store.byId(this.database.reader, id);
    if (known) return { row: same(known, viewer, sha256), isNew: false };
    const type = examine(file);
    if (type === 'PDF') await this.decoder.run({ kind: 'check-pdf', bytes: file });
    const kept = await this.safe.keep(file, { evidenceId: id, version: 0 });
    try {
      const row = await this.database.transaction((tx) =>
        this.write(tx, viewer, id, to, type, kept),
      );
      return { row, isNew: true };
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      const first = await this.store.byId(this.database.reader, id);
      if (!first) throw error;
      return { row: same(first, viewer, sha256), isNew: false };
    }
  }

  private async write(
    tx: Transaction,
    viewer: Viewer,
    id: string,
    { incidentId, drillId }: Destination,
    type: EvidenceType,
    kept: Kept,
  ): Promise<EvidenceRow> {
    if ((await this.store.countOf(tx, incidentId)) >= MAX_OF_INCIDENT)
      throw new Conflict(`This incident has ${MAX_OF_INCIDENT} files already: no more are taken.`);
    const addedAt = this.clock.now();
    const row = { id, incidentId, addedBy: viewer.id, addedAt, type, ...kept, ...UNTOUCHED };
    await this.safe.need(tx, kept);
    await this.store.insert(tx, row);
    await this.queue.send(tx, 'evidenceCopy', { evidenceId: id });
    await this.ledger.append(tx, {
      kind: EVIDENCE_ADDED,
      subject: incidentId,
      at: addedAt,
      actor: viewer.id,
      facts: {
        ...{ evidenceId: id, type, bytes: kept.bytes, sha256: kept.sha256.toString('hex') },
        ...(drillId && { drillId }),
      },
    });
    return row;
  }
}

const UNTOUCHED = {
  ...{ unreadableAt: null, withdrawnAt: null, withdrawnBy: null, withdrawal: null },
  ...{ destroyedAt: null, destroyedBy: null, destruction: null },
};

function same(row: EvidenceRow, viewer: Viewer, sha256: Buffer): EvidenceRow {
  if (row.addedBy === viewer.id && row.sha256.equals(sha256)) {
    requireKept(row);
    return row;
  }
  throw new Conflict('id: another file has this id already. A new file needs a new id.');
}
