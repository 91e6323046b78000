import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RawDetails, type Due, type RawDetail } from '../ledger/raw-details.service.js';
import type { Transaction } from '../platform/database.js';
import { isUuid } from '../platform/ids.js';
import { ReportsStore } from './reports.store.js';

/** Narratives, as what is destroyed in time: the rest of a report stays. */
@Injectable()
export class Narratives implements OnModuleInit, RawDetail {
  constructor(
    private readonly store: ReportsStore,
    private readonly details: RawDetails,
  ) {}

  onModuleInit(): void {
    this.details.add('narrative', this);
  }

  async expunge(tx: Transaction, due: Due): Promise<string[]> {
    return this.store.expungeNarratives(tx, due);
  }

  /** The entry of a report holds its narrative, too. */
  async redact(tx: Transaction, { reportId }: Record<string, unknown>): Promise<void> {
    if (isUuid(reportId)) await this.store.dropNarrative(tx, reportId);
  }
}
