import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor, type Page } from '../../platform/connection.js';
import { Database } from '../../platform/database.js';
import { BadInput } from '../../platform/errors.js';
import type { IncidentRow } from '../incident.entity.js';
import { IncidentsStore } from '../incidents.store.js';
import { ReviewFilters } from './filters.service.js';
import { facetsOf, type Facets } from './facets.js';
import type { IncidentFilter } from './incident-filter.js';
import type { IncidentOrderName, PageKey } from './incident-order.js';
import { ReviewStore } from './review.store.js';

/** Incidents as analysts look through them. */
@Injectable()
export class IncidentReview {
  constructor(
    private readonly database: Database,
    private readonly store: ReviewStore,
    private readonly incidents: IncidentsStore,
    private readonly filters: ReviewFilters,
  ) {}

  /**
   * One page, behind the key of an earlier one: what comes in meanwhile moves nothing.
   * @throws BadInput naming every field that is wrong.
   */
  async list(
    filter: IncidentFilter,
    order: IncidentOrderName,
    size: number,
    after?: string | null,
  ): Promise<Page<IncidentRow>> {
    const key = keyOf(after, order);
    const ready = await this.filters.ready(filter);
    const { reader } = this.database;
    const found = await this.store.page(reader, ready, order, size + 1, key);
    const page = found.slice(0, size);
    const rows = await this.incidents.byIds(
      reader,
      page.map(({ id }) => id),
    );
    return {
      rows: rows.map((node, index) => ({ node, cursor: cursorOf(page[index]!, order) })),
      hasNextPage: found.length > size,
    };
  }

  /** What there is to narrow a filter down by. @throws BadInput */
  async facets(filter: IncidentFilter): Promise<Facets> {
    const { rows, found } = await this.store.facets(
      this.database.reader,
      await this.filters.ready(filter),
    );
    return facetsOf(rows, found);
  }
}

const cursorOf = ({ at, id }: PageKey, order: IncidentOrderName): string =>
  encodeCursor([at.toISOString(), id, order]);

/** @throws BadInput unless it is of an earlier page in this order. */
function keyOf(after: string | null | undefined, order: IncidentOrderName): PageKey | undefined {
  const cursor = decodeCursor(after, ['instant', 'uuid', 'text']);
  if (!cursor) return undefined;
  const [at, id, of] = cursor as [string, string, string];
  if (of !== order)
    throw new BadInput({ field: 'after', message: `is of a list in another order than ${order}` });
  return { at: new Date(at), id };
}
