import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CheckpointController } from './checkpoint.controller.js';
import { CheckpointOutlets } from './checkpoint-outlets.service.js';
import { Checkpoints } from './checkpoints.service.js';
import { CheckpointsStore } from './checkpoints.store.js';
import { CheckpointsWorker } from './checkpoints.worker.js';
import { LEDGER_ENTITIES } from './ledger-entry.entity.js';
import { LedgerReader } from './ledger-reader.service.js';
import { LedgerStore } from './ledger.store.js';
import { Proofs } from './proofs.service.js';
import { RawDetails } from './raw-details.service.js';
import { TreeStore } from './tree.store.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(LEDGER_ENTITIES)],
  controllers: [CheckpointController],
  providers: [
    LedgerStore,
    LedgerReader,
    TreeStore,
    CheckpointsStore,
    Checkpoints,
    CheckpointOutlets,
    CheckpointsWorker,
    Proofs,
    RawDetails,
  ],
  exports: [LedgerStore, LedgerReader, Checkpoints, Proofs, RawDetails],
})
export class LedgerModule {}
