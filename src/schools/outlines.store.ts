import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import type { DistrictOutline } from './outline.js';
import { OutlineRow } from './outline.entity.js';
import type { Point } from '../geo/h3.js';

@Injectable()
export class OutlinesStore {
  async of(tx: Transaction, districtId: string): Promise<OutlineRow | null> {
    return tx.getRepository(OutlineRow).findOneBy({ districtId });
  }

  /** Open schools of a district, by name. */
  async schoolsOf(tx: Transaction, districtId: string) {
    return (await tx.query(
      `SELECT id, name, latitude, longitude FROM school
       WHERE district_id = $1 AND open ORDER BY name, id`,
      [districtId],
    )) as (Point & { id: string; name: string })[];
  }

  /** Those of districts that are known take the place of earlier ones. @returns how many there were. */
  async put(
    tx: Transaction,
    outlines: readonly DistrictOutline[],
    source: string,
    at: Date,
  ): Promise<number> {
    const rows = (await tx.query(
      `INSERT INTO district_outline (district_id, outline, source, imported_at)
       SELECT given.id, given.outline, $3, $4
       FROM unnest($1::text[], $2::jsonb[]) AS given (id, outline) JOIN district USING (id)
       ON CONFLICT (district_id) DO UPDATE SET outline = excluded.outline,
         source = excluded.source, imported_at = excluded.imported_at
       RETURNING district_id`,
      [
        outlines.map(({ districtId }) => districtId),
        outlines.map(({ outline }) => JSON.stringify(outline)),
        source,
        at,
      ],
    )) as unknown[];
    return rows.length;
  }
}
