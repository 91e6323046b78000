import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual } from 'typeorm';
import type { Transaction } from '../../platform/database.js';
import { LegalHoldRow, RedactionRow } from './erasure.entity.js';
import type { RedactionOutcome } from './erasure-reasons.js';

/** Any number that nothing else in this database locks. */
const ERASURE_LOCK = 7_202_614;

/** Who decided, when, and what. */
export interface Decision {
  outcome: RedactionOutcome;
  decidedBy: string | null;
  decidedAt: Date;
}

@Injectable()
export class ErasureStore {
  /** Until the transaction ends: a hold is set before something is destroyed, or after. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [ERASURE_LOCK]);
  }

  async addHold(tx: Transaction, hold: LegalHoldRow): Promise<void> {
    await tx.getRepository(LegalHoldRow).insert(hold);
  }

  async holdOf(tx: Transaction, incidentId: string): Promise<LegalHoldRow | null> {
    return tx.getRepository(LegalHoldRow).findOneBy({ incidentId, liftedAt: IsNull() });
  }

  async liftHold(tx: Transaction, id: string, liftedBy: string, liftedAt: Date): Promise<void> {
    await tx.getRepository(LegalHoldRow).update(id, { liftedBy, liftedAt });
  }

  /**
   * Incidents under hold, with all they were ever merged with or split from: an entry stays with the
   * incident as which something was filed, and the report itself is with the one that holds it now.
   */
  async held(tx: Transaction): Promise<string[]> {
    const rows = (await tx.query(
      `WITH RECURSIVE held (id) AS (
         SELECT incident_id FROM legal_hold WHERE lifted_at IS NULL
         UNION
         SELECT linked.id FROM held CROSS JOIN LATERAL (
           SELECT CASE WHEN from_id = held.id THEN into_id ELSE from_id END AS id
           FROM incident_merge WHERE held.id IN (from_id, into_id)
           UNION ALL
           SELECT (facts ->> CASE kind WHEN 'incident.split' THEN 'alone' ELSE 'from' END)::uuid
           FROM ledger_entry, LATERAL (SELECT convert_from(body, 'UTF8')::jsonb -> 'facts' AS facts) said
           WHERE subject = held.id AND kind IN ('incident.split', 'incident.split-off')
         ) linked
       ) SELECT id FROM held`,
    )) as { id: string }[];
    return rows.map(({ id }) => id);
  }

  async propose(tx: Transaction, redaction: RedactionRow): Promise<void> {
    await tx.getRepository(RedactionRow).insert(redaction);
  }

  async redaction(tx: Transaction, id: string): Promise<RedactionRow | null> {
    return tx.getRepository(RedactionRow).findOneBy({ id });
  }

  /** The one of an entry that nobody decided yet. */
  async undecided(tx: Transaction, entry: number): Promise<RedactionRow | null> {
    return tx.getRepository(RedactionRow).findOneBy({ entry: String(entry), outcome: IsNull() });
  }

  async allUndecided(tx: Transaction): Promise<RedactionRow[]> {
    return tx
      .getRepository(RedactionRow)
      .find({ where: { outcome: IsNull() }, order: { proposedAt: 'ASC', id: 'ASC' } });
  }

  /** Undecided, and their time is over. */
  async overdue(tx: Transaction, now: Date): Promise<RedactionRow[]> {
    return tx
      .getRepository(RedactionRow)
      .findBy({ outcome: IsNull(), lapsesAt: LessThanOrEqual(now) });
  }

  async decide(tx: Transaction, id: string, decision: Decision): Promise<void> {
    await tx.getRepository(RedactionRow).update(id, decision);
  }
}
