import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RawDetails } from '../../ledger/raw-details.service.js';
import { DETAILS_RECORDED, MEASURED_FIELDS } from './detail-fields.js';
import { DetailsStore } from './details.store.js';

/** Counts and times of the advocacy fields: kept for good, and gone when their entry is redacted. */
@Injectable()
export class RecordedValues implements OnModuleInit {
  constructor(
    private readonly store: DetailsStore,
    private readonly details: RawDetails,
  ) {}

  onModuleInit(): void {
    this.details.addLasting([DETAILS_RECORDED]);
    this.details.addRedactor(async (tx, { kind, subject, facts }) => {
      if (kind === DETAILS_RECORDED)
        await this.store.empty(tx, subject, Number(facts.revision), MEASURED_FIELDS);
    });
  }
}
