import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RawDetails } from '../ledger/raw-details.service.js';
import { PoliciesStore } from './policies.store.js';
import { POLICY_ENTRIES } from './policy-entry.js';

/** Addresses of documents: kept for good, and gone when the entry of their version is redacted. */
@Injectable()
export class PolicyAddresses implements OnModuleInit {
  constructor(
    private readonly store: PoliciesStore,
    private readonly details: RawDetails,
  ) {}

  onModuleInit(): void {
    this.details.addLasting(POLICY_ENTRIES);
    this.details.addRedactor(async (tx, { kind, subject, facts }) => {
      if ((POLICY_ENTRIES as readonly string[]).includes(kind))
        await this.store.dropAddress(tx, subject, Number(facts.version));
    });
  }
}
