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

  async remove(tx: Transaction, incidentId: string): Promise<void> {
    await tx.getRepository(ProposalRow).delete({ incidentId });
  }
}
