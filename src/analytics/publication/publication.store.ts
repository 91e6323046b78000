import { Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import { conditionsOf } from '../../incidents/review/filter-sql.js';
import type { Transaction } from '../../platform/database.js';
import { CONFIRMED } from '../statistics/statistics.store.js';
import type { Span } from '../statistics/spans.js';
import type { Period } from './periods.js';
import { PublishedRow } from './published-figures.entity.js';

/** Any number that nothing else in this database locks. */
const PUBLICATION_LOCK = 7_202_617;

@Injectable()
export class PublicationStore {
  /** Tables are published one at a time, until the transaction ends. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [PUBLICATION_LOCK]);
  }

  /** Every place there is, whether anything happened there or not. */
  async places(tx: Transaction, usState: string | null): Promise<string[]> {
    const rows = (await tx.query(
      usState === null
        ? 'SELECT DISTINCT state AS place FROM district ORDER BY 1'
        : 'SELECT id AS place FROM district WHERE state = $1 ORDER BY 1',
      usState === null ? [] : [usState],
    )) as { place: string }[];
    return rows.map(({ place }) => place);
  }

  /** Confirmed incidents, places by periods: by the district or state of the school and its local day. */
  async counts(
    tx: Transaction,
    usState: string | null,
    places: string[],
    periods: readonly Period[],
    synthetic: boolean,
  ): Promise<number[][]> {
    const { where, values } = conditionsOf({ noteTokens: null, synthetic }, { counted: true });
    const place = usState === null ? 'review.us_state' : 'review.district_id';
    const value = (one: unknown) => `$${values.push(one)}`;
    const columns = periods.map(
      ({ from, to }) =>
        `count(*) FILTER (WHERE review.local_day >= ${value(from)}::date AND review.local_day < ${value(to)}::date)::int`,
    );
    const rows = (await tx.query(
      `SELECT ${place} AS place, ARRAY[${columns.join(', ')}] AS counts FROM incident_review review
       WHERE ${where} AND ${CONFIRMED} AND ${place} = ANY(${value(places)}::text[])
         AND review.local_day >= ${value(periods[0]!.from)}::date
         AND review.local_day < ${value(periods.at(-1)!.to)}::date
       GROUP BY 1`,
      values,
    )) as { place: string; counts: number[] }[];
    const found = new Map(rows.map((row) => [row.place, row.counts]));
    return places.map((id) => found.get(id) ?? periods.map(() => 0));
  }

  /** A table that counts incidents of the same days and places, which happened, or were made up. */
  async overlapping(
    tx: Transaction,
    usState: string | null,
    { from, to }: Span,
    synthetic: boolean,
  ): Promise<PublishedRow | null> {
    return tx
      .getRepository(PublishedRow)
      .createQueryBuilder('table')
      .where('table.version = 1 AND table.spanFrom < :to AND table.spanTo > :from', { from, to })
      .andWhere('table.synthetic = :synthetic', { synthetic })
      .andWhere('(table.usState IS NULL OR :usState::text IS NULL OR table.usState = :usState)', {
        usState,
      })
      .orderBy('table.spanFrom')
      .limit(1)
      .getOne();
  }

  /** Whether a table that counts incidents of a state on any of these days withholds a count. */
  async isWithheld(tx: Transaction, usState: string, { from, to }: Span, synthetic: boolean) {
    const found = await tx
      .getRepository(PublishedRow)
      .createQueryBuilder('table')
      .where('table.spanFrom < :to AND table.spanTo > :from', { from, to })
      .andWhere('table.synthetic = :synthetic', { synthetic })
      .andWhere('(table.usState IS NULL OR table.usState = :usState)', { usState })
      .andWhere(`jsonb_path_exists(table.figures, '$[*][*] ? (@ == null)')`)
      .getCount();
    return found > 0;
  }

  /** Every version of a table, the first first. */
  async versions(tx: Transaction, id: string): Promise<PublishedRow[]> {
    return tx.getRepository(PublishedRow).find({ where: { id }, order: { version: 'ASC' } });
  }

  /** Every version of every table, the latest first. */
  async list(
    tx: Transaction,
    usState: string | null | undefined,
    size: number,
    before?: Date,
  ): Promise<PublishedRow[]> {
    return tx.getRepository(PublishedRow).find({
      where: {
        ...(usState !== undefined && { usState: usState ?? IsNull() }),
        ...(before && { publishedAt: LessThan(before) }),
      },
      order: { publishedAt: 'DESC', id: 'DESC', version: 'DESC' },
      take: size,
    });
  }

  async add(tx: Transaction, row: PublishedRow): Promise<void> {
    await tx.getRepository(PublishedRow).insert(row);
  }
}
