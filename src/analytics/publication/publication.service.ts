import { Injectable } from '@nestjs/common';
import { hash, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Viewer } from '../../identity/access.js';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import { Reviewed } from '../../incidents/review/reviewed.service.js';
import { canonicalBytes } from '../../ledger/chain.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Clock } from '../../platform/clock.js';
import { Database, type Transaction } from '../../platform/database.js';
import { BadInput, Conflict, NotFound } from '../../platform/errors.js';
import { corrected } from './correction.js';
import { openFrom, periodFrom, periodsIn, type Period, type PeriodName } from './periods.js';
import { PublicationStore } from './publication.store.js';
import type { PublishedRow } from './published-figures.entity.js';
import { protecting, type ShownTable } from './suppression.js';

/** Larger ones take too long to be made safe. */
const MOST_COUNTS = 6_000;
/** Others of this process are not held up for longer, in milliseconds. */
const SLICE_MS = 10;

/** What a table counts: fixed places and periods, and nothing else is chosen. */
export interface TableRequest {
  /** Its districts are the rows; null: the rows are states. */
  usState: string | null;
  span: PeriodName;
  from: string;
  period: PeriodName;
}

/** A table as it may be shown to anybody, whether it is published or not. */
export type SafeTable = Omit<PublishedRow, 'id' | 'version' | 'publishedAt' | 'publishedBy'>;

/** Figures for everybody: made safe, frozen, and in the ledger. */
@Injectable()
export class Publication {
  constructor(
    private readonly database: Database,
    private readonly store: PublicationStore,
    private readonly filters: ReviewFilters,
    private readonly reviewed: Reviewed,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  /** What would be published, for whoever decides whether to. @throws BadInput, Conflict */
  async preview(asked: TableRequest): Promise<SafeTable> {
    const { periods, days } = this.plan(asked);
    await this.reviewed.upToDate();
    const synthetic = await this.filters.allSynthetic();
    await this.requireNoOther(this.database.reader, asked, days, synthetic);
    return this.make(this.database.reader, asked, days, periods, synthetic);
  }

  /**
   * @throws BadInput, Conflict before its time, or where another table counts some of the same
   * incidents: one could be subtracted from the other.
   */
  async publish(viewer: Viewer, asked: TableRequest): Promise<PublishedRow> {
    const { periods, days } = this.plan(asked);
    await this.reviewed.upToDate();
    const synthetic = await this.filters.allSynthetic();
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      await this.requireNoOther(tx, asked, days, synthetic);
      const table = await this.make(tx, asked, days, periods, synthetic);
      return this.write(tx, viewer, { ...table, id: randomUUID(), version: 1 });
    });
  }

  /** The next version, from what is recorded now. @throws NotFound, Conflict where it would be the same. */
  async correct(viewer: Viewer, id: string): Promise<PublishedRow> {
    await this.reviewed.upToDate();
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const standing = (await this.store.versions(tx, id)).at(-1);
      if (!standing) throw new NotFound('There is no published table with this id.');
      const { usState, span, spanFrom, period, places, synthetic } = standing;
      const whole = periodFrom(span, spanFrom)!;
      const periods = periodsIn(whole, span, period)!;
      const counts = await this.store.counts(tx, usState, places, periods, synthetic);
      const figures = corrected(standing.figures, counts);
      if (!figures)
        throw new Conflict(
          'No figure of this table has moved by 5 or more since: there is nothing to correct.',
        );
      const next = { ...standing, figures, version: standing.version + 1 };
      return this.write(tx, viewer, { ...next, sha256: digestOf(next) });
    });
  }

  async list(usState: string | null | undefined, size: number, before?: Date) {
    return this.store.list(this.database.reader, usState, size, before);
  }

  private plan({ usState, span, from, period }: TableRequest) {
    const days = periodFrom(span, from);
    const periods = days && periodsIn(days, span, period);
    const problems = [
      ...(usState === null || /^[A-Z]{2}$/.test(usState)
        ? []
        : [{ field: 'input.usState', message: 'must be a USPS code, such as FL' }]),
      ...(days ? [] : [{ field: 'input.from', message: BEGINS[span] }]),
      ...(days && !periods
        ? [{ field: 'input.period', message: 'must not be longer than the span' }]
        : []),
    ];
    if (!days || !periods || problems.length > 0) throw new BadInput(problems);
    const open = openFrom(days);
    if (this.clock.now() < open)
      throw new Conflict(
        `Figures of ${days.name} may be published from ${open.toISOString()} on, seven days after its last day.`,
      );
    return { days, periods };
  }

  private async requireNoOther(
    tx: Transaction,
    { usState }: TableRequest,
    days: Period,
    synthetic: boolean,
  ): Promise<void> {
    const other = await this.store.overlapping(tx, usState, days, synthetic);
    if (other)
      throw new Conflict(
        `A table of ${periodFrom(other.span, other.spanFrom)!.name} for ${other.usState ?? 'all states'} (${other.id}) counts some of these incidents: one could be subtracted from the other. Correct that one instead.`,
      );
  }

  private async make(
    tx: Transaction,
    { usState, span, period }: TableRequest,
    days: Period,
    periods: Period[],
    synthetic: boolean,
  ): Promise<SafeTable> {
    const places = await this.store.places(tx, usState);
    if (places.length === 0)
      throw new BadInput({ field: 'input.usState', message: 'has no district that is known' });
    if (places.length * periods.length > MOST_COUNTS)
      throw new BadInput({
        field: 'input.period',
        message: `makes a table of more than ${MOST_COUNTS.toLocaleString('en')} counts: take longer periods, or a shorter span`,
      });
    const counts = await this.store.counts(tx, usState, places, periods, synthetic);
    const table = {
      ...{ usState, span, period, spanFrom: days.from, spanTo: days.to, places, synthetic },
      periods: periods.map(({ name }) => name),
      figures: await protectedInSlices(counts),
    };
    return { ...table, sha256: digestOf(table) };
  }

  private async write(
    tx: Transaction,
    viewer: Viewer,
    table: SafeTable & { id: string; version: number },
  ): Promise<PublishedRow> {
    const at = this.clock.now();
    const row = { ...table, publishedAt: at, publishedBy: viewer.id };
    await this.store.add(tx, row);
    const { id, version, usState, span, period, spanFrom, sha256, synthetic } = row;
    await this.ledger.append(tx, {
      ...{ kind: 'figures.published', subject: id, at, actor: viewer.id },
      facts: { version, usState, span, period, spanFrom, sha256, ...(synthetic && { synthetic }) },
    });
    return row;
  }
}

const BEGINS: Record<PeriodName, string> = {
  MONTH: 'must be the first day of a month',
  QUARTER: 'must be the first day of January, April, July or October',
  SCHOOL_YEAR: 'must be a first of July: a school year is from July through June',
};

/** SHA-256 of what a table says, in the form of RFC 8785. */
export function digestOf(table: Omit<SafeTable, 'sha256'>): string {
  const { usState, span, period, spanFrom, spanTo, places, periods, figures, synthetic } = table;
  const said = { usState, span, period, spanFrom, spanTo, places, periods, figures, synthetic };
  return hash('sha256', canonicalBytes(said), 'hex');
}

async function protectedInSlices(counts: number[][]): Promise<ShownTable> {
  const steps = protecting(counts);
  let since = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
