import { Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import { DistrictOutlines } from '../../schools/outlines.service.js';
import { PoliciesService } from '../../schools/policies.service.js';
import { isMadeUp, type Policy } from '../../schools/policy.js';
import { SchoolsService } from '../../schools/schools.service.js';
import { ExportRowsStore } from '../exports/export-rows.store.js';
import { PublicationStore } from '../publication/publication.store.js';
import { BriefCount } from './brief-figures.js';
import type { Brief } from './brief.js';
import { briefPage } from './brief-page.js';
import { readBriefQuery, type BriefFormat, type BriefPeriod } from './brief-period.js';
import { Pdf } from './pdf.service.js';

const DAY_MS = 86_400_000;
const isReal = (policy: Policy): boolean => !isMadeUp(policy);

export interface MadeBrief {
  fileName: string;
  format: BriefFormat;
  bytes: Buffer;
}

/** What a district promised, what happened there, and where the two differ: a page for its board. */
@Injectable()
export class Briefs {
  constructor(
    private readonly database: Database,
    private readonly rows: ExportRowsStore,
    private readonly filters: ReviewFilters,
    private readonly schools: SchoolsService,
    private readonly policies: PoliciesService,
    private readonly outlines: DistrictOutlines,
    private readonly published: PublicationStore,
    private readonly ledger: LedgerStore,
    private readonly pdf: Pdf,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** On record, with its digest, before it answers. @throws BadInput, NotFound, Conflict */
  async make(
    viewer: Viewer,
    districtId: string,
    query: Readonly<Record<string, unknown>>,
  ): Promise<MadeBrief> {
    const today = this.clock.now().toISOString().slice(0, 10);
    const { period, locale, format } = readBriefQuery(query, today);
    const district = await this.schools.district(districtId);
    if (!district) throw new NotFound('No such district is known: import its schools first.');
    const [promised, ground, counted] = await Promise.all([
      this.promised(districtId, period),
      this.outlines.ground(districtId),
      this.counted(districtId, period),
    ]);
    await this.refuseBesideTables(district.state, period, counted.figures.synthetic);
    const policies = counted.figures.synthetic ? promised : promised.filter(isReal);
    const brief: Brief = {
      ...{ id: randomUUID(), locale, district, period, policies, ground, madeOn: today },
      ...{ ...counted, address: this.config.http.publicUrl },
    };
    const html = briefPage(brief);
    const bytes = format === 'pdf' ? await this.pdf.print(html) : Buffer.from(html);
    await this.record(viewer, brief, format, bytes);
    const mark = brief.figures.synthetic ? '-SYNTHETIC' : '';
    const span = `${period.months[0]}-to-${period.months.at(-1)}`;
    return { fileName: `brief-${districtId}-${span}-${locale}${mark}.${format}`, format, bytes };
  }

  /** A brief counts exactly: beside a table that withholds small counts it would tell them. */
  private async refuseBesideTables(state: string, { from, to }: BriefPeriod, synthetic: boolean) {
    const dayAfter = new Date(Date.parse(to) + DAY_MS).toISOString().slice(0, 10);
    const span = { from, to: dayAfter };
    if (await this.published.isWithheld(this.database.reader, state, span, synthetic))
      throw new Conflict(
        'A published table withholds small counts of these places and months, and a brief would tell them: choose months that no such table covers.',
      );
  }

  /** In force on any day of the period. */
  private async promised(districtId: string, { from, to }: BriefPeriod) {
    const all = await this.policies.ofDistrict(districtId);
    return all.filter(
      ({ effectiveFrom, effectiveUntil }) =>
        effectiveFrom <= to && (effectiveUntil === null || effectiveUntil >= from),
    );
  }

  /** All in one snapshot, a batch at a time. What was made up is left out, unless that is all there is. */
  private async counted(districtId: string, period: BriefPeriod) {
    const filter = await this.filters.forFigures({
      districtId,
      // A day more at both ends: the days are those of the schools’ clocks.
      observedSince: new Date(Date.parse(period.from) - DAY_MS),
      observedUntil: new Date(Date.parse(period.to) + 2 * DAY_MS),
    });
    return this.database.snapshot(async (tx) => {
      const { ledger } = await this.rows.outline(tx, filter);
      const count = new BriefCount(period);
      for await (const batch of this.rows.rows(tx, filter, false))
        for (const row of batch) count.add(row);
      return {
        // Also where none of it was confirmed in this period.
        figures: { ...count.figures, synthetic: filter.synthetic !== false },
        ledger: { size: Number(ledger.size), head: ledger.head.toString('hex') },
      };
    });
  }

  private async record(viewer: Viewer, brief: Brief, format: BriefFormat, bytes: Buffer) {
    const { id, district, period, locale } = brief;
    const facts = {
      ...{ districtId: district.id, from: period.from, to: period.to, locale, format },
      ...{ synthetic: brief.figures.synthetic, bytes: bytes.length },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    const at = this.clock.now();
    await this.database.transaction((tx) =>
      this.ledger.append(tx, { kind: 'brief.made', subject: id, at, actor: viewer.id, facts }),
    );
  }
}
