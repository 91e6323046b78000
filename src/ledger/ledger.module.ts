import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LEDGER_ENTITIES } from './ledger-entry.entity.js';
import { LedgerReader } from './ledger-reader.service.js';
import { LedgerStore } from './ledger.store.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(LEDGER_ENTITIES)],
  providers: [LedgerStore, LedgerReader],
  exports: [LedgerStore, LedgerReader],
})
export class LedgerModule {}
