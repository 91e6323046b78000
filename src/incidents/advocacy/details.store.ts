import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database.js';
import type { DetailField } from './detail-fields.js';
import { DetailRow } from './detail.entity.js';

@Injectable()
export class DetailsStore {
  /** What stands, of any number of incidents. */
  async current(tx: Transaction, incidentIds: string[]): Promise<DetailRow[]> {
    return tx
      .getRepository(DetailRow)
      .createQueryBuilder('detail')
      .where('detail.incidentId = ANY(:incidentIds)', { incidentIds })
      .andWhere('detail.supersededAt IS NULL AND detail.value IS NOT NULL')
      .getMany();
  }

  /** Everything ever recorded of an incident, oldest first. */
  async history(tx: Transaction, incidentId: string): Promise<DetailRow[]> {
    return tx
      .getRepository(DetailRow)
      .find({ where: { incidentId }, order: { revision: 'ASC', field: 'ASC' } });
  }

  /** The revision that the next recording is. */
  async nextRevision(tx: Transaction, incidentId: string): Promise<number> {
    const last = await tx.getRepository(DetailRow).maximum('revision', { incidentId });
    return (last ?? 0) + 1;
  }

  /** They take the place of what stands in their fields. */
  async put(tx: Transaction, rows: DetailRow[]): Promise<void> {
    const [{ incidentId, recordedAt }] = rows as [DetailRow];
    await this.supersede(
      tx,
      incidentId,
      rows.map(({ field }) => field),
      recordedAt,
    );
    await tx.getRepository(DetailRow).insert(rows);
  }

  /** Destroys what one recording said of these fields; as if it had been withdrawn. */
  async empty(
    tx: Transaction,
    incidentId: string,
    revision: number,
    fields: readonly DetailField[],
  ): Promise<void> {
    await tx.query('SELECT empty_incident_details($1, $2, $3)', [incidentId, revision, fields]);
  }

  private async supersede(tx: Transaction, incidentId: string, fields: DetailField[], at: Date) {
    await tx
      .getRepository(DetailRow)
      .createQueryBuilder()
      .update()
      .set({ supersededAt: at })
      .where('incidentId = :incidentId AND field = ANY(:fields) AND supersededAt IS NULL', {
        incidentId,
        fields,
      })
      .execute();
  }
}
