import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RawDetails } from '../../ledger/raw-details.service.js';
import { ExportsStore } from './exports.store.js';
import { ReleasesStore } from './releases.store.js';

export const EXPORT_BEGAN = 'export.began';
export const IDENTITIES_ASKED = 'identities.asked';

/** What was searched for and why: kept for good, and gone when the entry that vouches for it is redacted. */
@Injectable()
export class ExportWords implements OnModuleInit {
  constructor(
    private readonly exports: ExportsStore,
    private readonly releases: ReleasesStore,
    private readonly details: RawDetails,
  ) {}

  onModuleInit(): void {
    this.details.addLasting([EXPORT_BEGAN, IDENTITIES_ASKED]);
    this.details.addRedactor(async (tx, { kind, subject }) => {
      if (kind === EXPORT_BEGAN)
        await this.exports.update(tx, subject, { filter: null, filterKeyId: null });
      if (kind === IDENTITIES_ASKED)
        await this.releases.update(tx, subject, { content: null, keyId: null });
    });
  }
}
