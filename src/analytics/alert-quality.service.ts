import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { BadInput } from '../platform/errors.js';
import type { AlertQuality, MinutesDistribution } from './alert-quality.graphql.js';
import { AlertQualityStore, type Span, type TimeName } from './alert-quality.store.js';
import { BUCKETS } from './buckets.js';

/** What became of incidents, and how long decisions and corrections took. */
@Injectable()
export class AlertQualityReader {
  constructor(
    private readonly database: Database,
    private readonly store: AlertQualityStore,
  ) {}

  /** @throws BadInput */
  async of(span: Span): Promise<AlertQuality> {
    if (span.since && span.until && span.since >= span.until)
      throw new BadInput({ field: 'until', message: 'must be later than since' });
    if (span.districtId !== null && !/^\d{7}$/.test(span.districtId))
      throw new BadInput({
        field: 'districtId',
        message: 'must be an NCES district id (LEAID): 7 digits',
      });
    const outcomes = await this.store.outcomes(this.database.reader, span);
    const sum = (part: 'incidents' | 'verified' | 'corroborated') =>
      outcomes.reduce((total, row) => total + row[part], 0);
    return {
      incidents: sum('incidents'),
      outcomes: outcomes.map(({ outcome, incidents }) => ({ outcome, incidents })),
      verified: sum('verified'),
      corroborated: sum('corroborated'),
      minutesToVerify: await this.minutes(span, 'verify'),
      minutesToAllClear: await this.minutes(span, 'allClear'),
      minutesToRetraction: await this.minutes(span, 'retraction'),
    };
  }

  private async minutes(span: Span, name: TimeName): Promise<MinutesDistribution> {
    const { counts, ...rest } = await this.store.minutes(this.database.reader, span, name);
    const buckets = counts.map((incidents, index) => ({ upTo: BUCKETS[index] ?? null, incidents }));
    return { ...rest, buckets };
  }
}
