import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import { StaffService } from '../../identity/staff.service.js';
import type { IncidentFilter } from '../../incidents/review/incident-filter.js';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import { canonicalBytes } from '../../ledger/chain.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database, type Transaction } from '../../platform/database.js';
import {
  BadInput,
  Conflict,
  Forbidden,
  NotFound,
  type FieldProblem,
} from '../../platform/errors.js';
import { IDENTITIES_ASKED } from './export-words.service.js';
import { problemsOfFilter } from './filter-words.js';
import {
  LONGEST_REASON,
  SHORTEST_REASON,
  answerProblem,
  lapsesAt,
  releaseState,
  useProblem,
} from './release.js';
import type { ReleaseRow } from './release.entity.js';
import { ReleasesStore } from './releases.store.js';

const PLACE = 'identity_release/content';

/** As it is shown to those who ask and answer. */
export interface ReleaseView {
  reason: string | null;
  /** As it was given, in JSON; null, as the reason, where they were redacted. */
  filter: string | null;
  state: ReturnType<typeof releaseState>;
  lapsesAt: Date;
  row: ReleaseRow;
}

/** Nobody’s name leaves unless a second person, an admin, said so. */
@Injectable()
export class Releases {
  constructor(
    private readonly database: Database,
    private readonly store: ReleasesStore,
    private readonly filters: ReviewFilters,
    private readonly staff: StaffService,
    private readonly ledger: LedgerStore,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws BadInput */
  async ask(viewer: Viewer, reason: string, filter: IncidentFilter): Promise<ReleaseView> {
    const why = reason.trim();
    const problems = [...reasonProblems(why), ...problemsOfFilter(filter)];
    if (problems.length > 0) throw new BadInput(problems);
    await this.filters.ready(filter);
    const now = this.clock.now();
    const content = { reason: why, filter: textOf(filter) };
    const sealed = this.config.keyring.seal(Buffer.from(JSON.stringify(content)), PLACE);
    const row: ReleaseRow = {
      ...{ id: randomUUID(), askedBy: viewer.id, askedAt: now },
      ...{ content: sealed.bytes, keyId: sealed.keyId, usedAt: null },
      ...{ approvedBy: null, approvedAt: null, rejectedBy: null, rejectedAt: null },
    };
    await this.database.transaction(async (tx) => {
      await this.store.insert(tx, row);
      await this.write(tx, IDENTITIES_ASKED, row.id, viewer.id, now, content);
    });
    return this.view(row);
  }

  /** @throws NotFound, Forbidden for who asked, Conflict when it is answered or lapsed. */
  async answer(viewer: Viewer, id: string, approve: boolean): Promise<ReleaseView> {
    return this.database.transaction(async (tx) => {
      const row = await this.store.lock(tx, id);
      if (!row) throw new NotFound('There is no such request.');
      const now = this.clock.now();
      const problem = answerProblem(row, viewer.id, now);
      if (problem && row.askedBy === viewer.id) throw new Forbidden(problem);
      if (problem) throw new Conflict(problem);
      const change = approve
        ? { approvedBy: viewer.id, approvedAt: now }
        : { rejectedBy: viewer.id, rejectedAt: now };
      await this.store.update(tx, id, change);
      const kind = approve ? 'identities.approved' : 'identities.rejected';
      await this.write(tx, kind, id, viewer.id, now);
      return this.view({ ...row, ...change });
    });
  }

  /** Analysts see their own, admins all. */
  async list({ id, role }: Viewer, size: number, after: string | null | undefined) {
    const whose = role === 'ADMIN' ? undefined : id;
    const page = await this.store.list(this.database.reader, whose, size, after);
    const rows = page.rows.map(({ node, cursor }) => ({ node: this.view(node), cursor }));
    return { ...page, rows };
  }

  /** Takes it, in the transaction in which the export begins. @throws BadInput saying why it cannot. */
  async use(tx: Transaction, viewer: Viewer, id: string, filter: IncidentFilter): Promise<void> {
    const row = await this.store.lock(tx, id);
    const now = this.clock.now();
    const problem =
      row &&
      useProblem(
        row,
        {
          by: viewer.id,
          sameFilter: this.contentOf(row).filter === textOf(filter),
          approverIsAdmin:
            row.approvedBy !== null && (await this.staff.standing(tx, row.approvedBy)).admin,
        },
        now,
      );
    if (!row || problem)
      throw new BadInput({ field: 'release', message: problem ?? 'there is none with this id' });
    await this.store.update(tx, id, { usedAt: now });
  }

  private async write(
    tx: Transaction,
    kind: string,
    subject: string,
    actor: string,
    at: Date,
    sensitive?: object,
  ): Promise<void> {
    await this.ledger.append(tx, {
      ...{ kind, subject, at, actor, facts: {} },
      ...(sensitive && { sensitive }),
    });
  }

  private contentOf({ content, keyId }: ReleaseRow): Pick<ReleaseView, 'reason' | 'filter'> {
    if (!content || !keyId) return { reason: null, filter: null };
    const opened = this.config.keyring.open({ keyId, bytes: content }, PLACE);
    return JSON.parse(opened.toString()) as { reason: string; filter: string };
  }

  private view(row: ReleaseRow): ReleaseView {
    const state = releaseState(row, this.clock.now());
    return { ...this.contentOf(row), state, lapsesAt: lapsesAt(row), row };
  }
}

const reasonProblems = (why: string): FieldProblem[] =>
  why.length >= SHORTEST_REASON && why.length <= LONGEST_REASON && why.isWellFormed()
    ? []
    : [
        {
          field: 'reason',
          message: `must say why, in ${SHORTEST_REASON} to ${LONGEST_REASON.toLocaleString('en')} characters`,
        },
      ];

/** Equal for filters that say the same. */
export function textOf(filter: IncidentFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== null && value !== undefined);
  const asking = given.filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return canonicalBytes(
    JSON.parse(JSON.stringify(Object.fromEntries(asking))) as object,
  ).toString();
}
