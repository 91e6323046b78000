import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import { REDACT } from '../../identity/roles.js';
import { StaffService } from '../../identity/staff.service.js';
import { REDACTED, rangesOf } from '../../ledger/erasure.js';
import { LedgerStore, type KeptEntry } from '../../ledger/ledger.store.js';
import { RawDetails } from '../../ledger/raw-details.service.js';
import { Clock } from '../../platform/clock.js';
import { Database, type Transaction } from '../../platform/database.js';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import type { RedactionRow } from './erasure.entity.js';
import {
  REDACTION_LAPSES_HOURS,
  redactionState,
  type RedactionOutcome,
  type RedactionReason,
} from './erasure-reasons.js';
import { ErasureStore } from './erasure.store.js';
import { Held } from './held.service.js';

const KINDS = {
  APPROVED: REDACTED,
  REJECTED: 'redaction.rejected',
  LAPSED: 'redaction.lapsed',
} as const satisfies Record<RedactionOutcome, string>;

/** Removing a value from the ledger: one person proposes it, another one approves. */
@Injectable()
export class Redactions {
  constructor(
    private readonly database: Database,
    private readonly store: ErasureStore,
    private readonly held: Held,
    private readonly ledger: LedgerStore,
    private readonly details: RawDetails,
    private readonly staff: StaffService,
    private readonly clock: Clock,
  ) {}

  /** Those that can still be approved, oldest first. */
  async pending(): Promise<RedactionRow[]> {
    const now = this.clock.now();
    const all = await this.store.allUndecided(this.database.reader);
    return all.filter((redaction) => redactionState(redaction, now) === 'PROPOSED');
  }

  /** @throws NotFound, Conflict when there is nothing to remove, it is held, or one waits. */
  async propose(viewer: Viewer, sequence: number, reason: RedactionReason): Promise<RedactionRow> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const entry = await this.removable(tx, sequence);
      const now = this.clock.now();
      const waiting = await this.store.undecided(tx, sequence);
      if (waiting && redactionState(waiting, now) === 'PROPOSED')
        throw new Conflict(`A redaction of entry ${sequence} waits for a second person already.`);
      if (waiting) await this.close(tx, waiting, entry.subject, 'LAPSED', null);
      const redaction = {
        ...{ id: randomUUID(), entry: String(sequence), reason, proposedBy: viewer.id },
        ...{ proposedAt: now, lapsesAt: new Date(now.getTime() + REDACTION_LAPSES_HOURS * 3.6e6) },
        ...{ outcome: null, decidedBy: null, decidedAt: null },
      };
      await this.store.propose(tx, redaction);
      await this.ledger.append(tx, {
        ...{ kind: 'redaction.proposed', subject: entry.subject, at: now, actor: viewer.id },
        facts: { redaction: redaction.id, entry: sequence, reason },
      });
      return redaction;
    });
  }

  /** Destroys the value. @throws NotFound, Forbidden for the proposer, Conflict. */
  async approve(viewer: Viewer, id: string): Promise<RedactionRow> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const redaction = await this.undecided(tx, id);
      if (redaction.proposedBy === viewer.id)
        throw new Forbidden('You proposed this redaction: somebody else must approve it.');
      const proposer = await this.staff.roleOf(tx, redaction.proposedBy);
      if (!proposer || !REDACT.includes(proposer))
        throw new Conflict('Whoever proposed this may no longer do so: propose it anew.');
      const entry = await this.removable(tx, Number(redaction.entry));
      await this.ledger.redact(tx, entry.sequence);
      const { reason, proposedBy } = redaction;
      const redacting = { redaction: id, reason, proposedBy, approvedBy: viewer.id };
      await this.details.redact(tx, { ...entry, facts: factsOf(entry) }, redacting);
      return this.close(tx, redaction, entry.subject, 'APPROVED', viewer.id);
    });
  }

  /** Also for whoever proposed it. @throws NotFound, Conflict. */
  async reject(viewer: Viewer, id: string): Promise<RedactionRow> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const redaction = await this.undecided(tx, id);
      const subject = await this.subjectOf(tx, redaction);
      return this.close(tx, redaction, subject, 'REJECTED', viewer.id);
    });
  }

  /** Writes down which have lapsed. */
  async lapse(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      for (const redaction of await this.store.overdue(tx, this.clock.now()))
        await this.close(tx, redaction, await this.subjectOf(tx, redaction), 'LAPSED', null);
    });
  }

  /** @throws NotFound, Conflict */
  private async removable(tx: Transaction, sequence: number): Promise<KeptEntry> {
    const entry = await this.ledger.entry(tx, sequence);
    if (!entry) throw new NotFound('There is no entry with this sequence.');
    const isThere =
      entry.disclosed ?? (await this.details.isThere(tx, { ...entry, facts: factsOf(entry) }));
    if (isThere === null) throw new Conflict(`Entry ${sequence} has no value that can be removed.`);
    if (!isThere) throw new Conflict(`The value of entry ${sequence} is gone already.`);
    if ((await this.held.subjects(tx)).includes(entry.subject))
      throw new Conflict(
        'Entry under legal hold: of this incident, one it was merged with, or one in the district of this policy.',
      );
    return entry;
  }

  private async undecided(tx: Transaction, id: string): Promise<RedactionRow> {
    const redaction = await this.store.redaction(tx, id);
    if (!redaction) throw new NotFound('There is no redaction with this id.');
    const state = redactionState(redaction, this.clock.now());
    if (state !== 'PROPOSED')
      throw new Conflict(`This redaction is ${state.toLowerCase()}: propose it anew if need be.`);
    return redaction;
  }

  private async subjectOf(tx: Transaction, { entry }: RedactionRow): Promise<string> {
    return (await this.ledger.entry(tx, Number(entry)))!.subject;
  }

  private async close(
    tx: Transaction,
    redaction: RedactionRow,
    subject: string,
    outcome: RedactionOutcome,
    decidedBy: string | null,
  ): Promise<RedactionRow> {
    const decision = { outcome, decidedBy, decidedAt: this.clock.now() };
    await this.store.decide(tx, redaction.id, decision);
    const { id, entry, reason, proposedBy } = redaction;
    await this.ledger.append(tx, {
      ...{ kind: KINDS[outcome], subject, at: decision.decidedAt, actor: decidedBy ?? 'clock' },
      facts: { redaction: id, entries: rangesOf([Number(entry)]), reason, proposedBy },
    });
    return { ...redaction, ...decision };
  }
}

const factsOf = ({ body }: KeptEntry): Record<string, unknown> =>
  (JSON.parse(body.toString()) as { facts: Record<string, unknown> }).facts;
