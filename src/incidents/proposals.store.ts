import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { ProposalRow } from './proposal.entity.js';

/** Wide alerts that wait for a second dispatcher; one per incident. */
@Injectable()
export class ProposalsStore {
  async of(tx: Transaction, incidentId: string): Promise<ProposalRow | null> {
    return tx.getRepository(ProposalRow).findOneBy({ incidentId });
  }

  async ofAll(tx: Transaction, incidentIds: string[]): Promise<Map<string, ProposalRow>> {
    const rows = await tx
      .getRepository(ProposalRow)
      .createQueryBuilder('proposal')
      .where('proposal.incidentId = ANY(:incidentIds)', { incidentIds })
      .getMany();
    return new Map(rows.map((row) => [row.incidentId, row]));
  }

  /** A proposal that has lapsed makes room. */
  async put(tx: Transaction, proposal: ProposalRow): Promise<void> {
    await tx.getRepository(ProposalRow).save(proposal);
  }

  /** @returns the id of the one that waited, if one did. */
  async remove(tx: Transaction, incidentId: string): Promise<string | null> {
    const [rows] = (await tx.query(
      `DELETE FROM incident_proposal WHERE incident_id = $1 RETURNING id`,
      [incidentId],
    )) as [{ id: string }[], number];
    return rows[0]?.id ?? null;
  }
}
