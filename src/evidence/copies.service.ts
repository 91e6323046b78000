import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Conflict, NotFound } from '../platform/errors.js';
import { LOGGER } from '../platform/tokens.js';
import { clearanceProblems, type Clearance } from './clearance.js';
import { Copier, type Copied } from './copier.js';
import { requireKept } from './destruction.js';
import type { EvidenceRow } from './evidence.entity.js';
import { EvidenceStore } from './evidence.store.js';
import { missingCopy } from './reading.js';
import { regionProblems, type Region } from './regions.js';
import { DamagedEvidence, EvidenceSafe } from './safe.service.js';
import type { WithdrawalName } from './withdrawal.js';

/** One version of the copy, as somebody saw it. */
export interface CopyName {
  evidenceId: string;
  version: number;
}

/** Copies to work with: made, covered, cleared; and evidence taken out of use. */
@Injectable()
export class EvidenceCopies {
  constructor(
    private readonly database: Database,
    private readonly store: EvidenceStore,
    private readonly safe: EvidenceSafe,
    private readonly copier: Copier,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Makes the first copy of an original, or finds that none can be made. May be asked again. */
  async make(evidenceId: string): Promise<void> {
    const { reader } = this.database;
    const original = await this.store.byId(reader, evidenceId);
    const [copy] = await this.store.copiesOf(reader, [evidenceId]);
    if (!original || original.unreadableAt || original.destroyedAt || copy) return;
    try {
      const file = await this.safe.open(original, { evidenceId, version: 0 });
      await this.add(original, 0, null, await this.copier.copy(file, original.type), []);
    } catch (error) {
      if (error instanceof BadInput) return this.giveUp(original);
      if (!(error instanceof DamagedEvidence)) throw error;
      if ((await this.store.byId(reader, evidenceId))?.destroyedAt) return;
      // Whoever asks for the original is told; trying again mends nothing.
      this.logger.error({ reason: 'evidence-damaged' }, 'operator: a stored file is damaged');
    }
  }

  /**
   * Covers regions for good on a new version of the copy; the one before stays as it is.
   * @throws BadInput naming each region, Conflict where another version came in between.
   */
  async cover(viewer: Viewer, name: CopyName, regions: Region[]): Promise<EvidenceRow> {
    const { row, copy } = await this.latest(this.database.reader, name);
    const problems = regionProblems(regions, copy.pages);
    if (problems.length > 0) throw new BadInput(problems);
    const file = await this.safe.open(copy, name);
    await this.add(
      row,
      copy.version,
      viewer.id,
      await this.copier.cover(file, copy, regions),
      regions,
    );
    return row;
  }

  /**
   * Says of the latest version that it may leave.
   * @throws BadInput where that contradicts what was covered, Conflict where there is a later one.
   */
  async clear(viewer: Viewer, name: CopyName, said: Clearance): Promise<EvidenceRow> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx, name.evidenceId);
      const { row, copy, all } = await this.latest(tx, name);
      const problems = clearanceProblems(
        said,
        all.flatMap(({ regions }) => regions),
      );
      if (problems.length > 0) throw new BadInput(problems);
      if (copy.clearedAt) {
        if (copy.faces === said.faces && copy.plates === said.plates) return row;
        throw new Conflict('It was cleared already: what was said of a version is not changed.');
      }
      const at = this.clock.now();
      await this.store.updateCopy(tx, name, { clearedAt: at, clearedBy: viewer.id, ...said });
      const facts = { ...name, ...said, sha256: copy.sha256.toString('hex') };
      await this.enter(tx, 'evidence.cleared', row, viewer.id, at, facts);
      return row;
    });
  }

  /** Takes it out of use; the sealed original stays. Twice is once. @throws NotFound, Conflict */
  async withdraw(viewer: Viewer, id: string, reason: WithdrawalName): Promise<EvidenceRow> {
    return this.database.transaction(async (tx) => {
      const row = found(await this.store.lock(tx, id));
      if (row.withdrawnAt) return row;
      requireKept(row);
      const at = this.clock.now();
      const change = { withdrawnAt: at, withdrawnBy: viewer.id, withdrawal: reason };
      await this.store.update(tx, id, change);
      await this.enter(tx, 'evidence.withdrawn', row, viewer.id, at, { evidenceId: id, reason });
      return { ...row, ...change };
    });
  }

  /** @throws NotFound, Conflict where it was withdrawn or destroyed, or another version is the latest. */
  private async latest(tx: Transaction, { evidenceId, version }: CopyName) {
    const row = found(await this.store.byId(tx, evidenceId));
    requireKept(row);
    if (row.withdrawnAt) throw new Conflict('It was withdrawn.');
    const all = await this.store.copiesOf(tx, [evidenceId]);
    const copy = all.at(-1);
    if (!copy) throw new Conflict(missingCopy(undefined, row.unreadableAt !== null));
    if (copy.version !== version)
      throw new Conflict(`Its latest copy is version ${copy.version}: look at that one.`);
    return { row, copy, all };
  }

  private async add(
    { id, incidentId }: Pick<EvidenceRow, 'id' | 'incidentId'>,
    madeFrom: number,
    madeBy: string | null,
    { bytes, pages, mediaType }: Copied,
    regions: Region[],
  ): Promise<void> {
    const name = { evidenceId: id, version: madeFrom + 1 };
    const kept = await this.safe.keep(bytes, name);
    await this.database.transaction(async (tx) => {
      const row = found(await this.store.lock(tx, id));
      const last = (await this.store.copiesOf(tx, [id])).at(-1)?.version ?? 0;
      if (madeBy === null && (last > madeFrom || row.destroyedAt)) return;
      requireKept(row);
      if (last !== madeFrom || row.withdrawnAt)
        throw new Conflict(`Somebody was faster: its latest copy is version ${last}.`);
      const madeAt = this.clock.now();
      await this.safe.need(tx, kept);
      await this.store.insertCopy(tx, {
        ...name,
        madeAt,
        madeBy,
        mediaType,
        pages,
        regions,
        ...kept,
        ...UNCLEARED,
      });
      const facts = { ...name, sha256: kept.sha256.toString('hex'), bytes: kept.bytes, regions };
      const kind = madeBy ? 'evidence.covered' : 'evidence.copied';
      await this.enter(tx, kind, { incidentId }, madeBy ?? 'clock', madeAt, facts);
    });
  }

  private async giveUp({ id }: EvidenceRow): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = found(await this.store.lock(tx, id));
      if (row.unreadableAt || row.destroyedAt) return;
      const at = this.clock.now();
      await this.store.update(tx, id, { unreadableAt: at });
      await this.enter(tx, 'evidence.unreadable', row, 'clock', at, { evidenceId: id });
    });
  }

  private async enter(
    tx: Transaction,
    kind: string,
    { incidentId }: Pick<EvidenceRow, 'incidentId'>,
    actor: string,
    at: Date,
    facts: object,
  ): Promise<void> {
    await this.ledger.append(tx, { kind, subject: incidentId, at, actor, facts });
  }
}

const UNCLEARED = { clearedAt: null, clearedBy: null, faces: null, plates: null };

function found<T>(row: T | null): T {
  if (row) return row;
  throw new NotFound('There is no evidence with this id.');
}
