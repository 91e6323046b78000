import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RawDetails } from '../ledger/raw-details.service.js';
import { RESOURCE_ENTRIES } from './resource-entry.js';
import { ResourcesStore } from './resources.store.js';

/** Words of resources: kept for good, and gone, with whoever was shown them, when their entry is redacted. */
@Injectable()
export class ResourceWords implements OnModuleInit {
  constructor(
    private readonly store: ResourcesStore,
    private readonly details: RawDetails,
  ) {}

  onModuleInit(): void {
    this.details.addLasting(RESOURCE_ENTRIES);
    this.details.addRedactor(async (tx, { kind, subject, facts }) => {
      if ((RESOURCE_ENTRIES as readonly string[]).includes(kind))
        await this.store.dropWords(tx, subject, Number(facts.version));
    });
  }
}
