import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  RawDetails,
  type Due,
  type RawDetail,
  type RedactedEntry,
} from '../ledger/raw-details.service.js';
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
    this.details.addRedactor((tx, entry) => this.redact(tx, entry));
  }

  async expunge(tx: Transaction, due: Due): Promise<string[]> {
    return this.store.expungeNarratives(tx, due);
  }

  /** The entry of a report holds its narrative, too. */
  private async redact(tx: Transaction, { facts }: RedactedEntry): Promise<void> {
    if (isUuid(facts.reportId)) await this.store.dropNarrative(tx, facts.reportId);
  }
}
