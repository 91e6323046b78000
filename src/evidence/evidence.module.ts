import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { Config } from '../platform/config.js';
import { Copier } from './copier.js';
import { EvidenceCopies } from './copies.service.js';
import { Decoder } from './decoder.js';
import { EvidenceDestruction } from './destruction.service.js';
import { EvidenceController } from './evidence.controller.js';
import { CopyRow, EvidenceRow, PendingRow } from './evidence.entity.js';
import { EvidenceResolver, IncidentEvidenceResolver } from './evidence.resolver.js';
import { EvidenceService } from './evidence.service.js';
import { EvidenceStore } from './evidence.store.js';
import { EvidenceWorker } from './evidence.worker.js';
import { EvidenceReading } from './reading.service.js';
import { EvidenceSafe } from './safe.service.js';
import { DiskStorage } from './storage/disk-storage.js';
import { S3Storage } from './storage/s3-storage.js';
import { STORAGE, type Storage } from './storage/storage.js';

const storage = {
  provide: STORAGE,
  inject: [Config],
  useFactory: ({ evidence: { s3, folder } }: Config): Storage =>
    s3 ? new S3Storage(s3) : new DiskStorage(folder),
};

@Module({
  imports: [TypeOrmModule.forFeature([EvidenceRow, CopyRow, PendingRow]), IncidentsModule],
  controllers: [EvidenceController],
  providers: [
    storage,
    { provide: Decoder, useFactory: () => new Decoder() },
    { provide: Copier, inject: [Decoder], useFactory: (decoder: Decoder) => new Copier(decoder) },
    EvidenceStore,
    EvidenceSafe,
    EvidenceService,
    EvidenceCopies,
    EvidenceReading,
    EvidenceDestruction,
    EvidenceWorker,
    EvidenceResolver,
    IncidentEvidenceResolver,
  ],
})
export class EvidenceModule {}
