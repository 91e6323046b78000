import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database.js';
import { conditionsOf, type ReadyFilter } from './filter-sql.js';
import { pageKey, type IncidentOrderName, type PageKey } from './incident-order.js';

/** Reads what is reviewed of incidents; the database writes it. */
@Injectable()
export class ReviewStore {
  /** Whether there are incidents that were made up, and such as happened or were practised. */
  async kinds(tx: Transaction): Promise<{ synthetic: boolean; real: boolean }> {
    const [row] = (await tx.query(
      `SELECT EXISTS (SELECT FROM incident WHERE synthetic) AS synthetic,
         EXISTS (SELECT FROM incident WHERE NOT synthetic AND drill_id IS NULL) AS real`,
    )) as { synthetic: boolean; real: boolean }[];
    return row!;
  }

  /** Ids in order, with what each is ordered by, behind a key. */
  async page(
    tx: Transaction,
    filter: ReadyFilter,
    order: IncidentOrderName,
    size: number,
    after?: PageKey,
  ): Promise<PageKey[]> {
    const { where, values } = conditionsOf(filter);
    const value = (one: unknown) => `$${values.push(one)}`;
    const { column, direction } = pageKey(order);
    const than = direction === 'DESC' ? '<' : '>';
    const behind = after
      ? `AND (${column}, review.incident_id) ${than} (${value(after.at)}::timestamptz, ${value(after.id)}::uuid)`
      : '';
    return (await tx.query(
      `SELECT review.incident_id AS id, ${column} AS at FROM incident_review review
       WHERE ${where} ${behind}
       ORDER BY ${column} ${direction}, review.incident_id ${direction} LIMIT ${value(size)}`,
      values,
    )) as PageKey[];
  }
}
