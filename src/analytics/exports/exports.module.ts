import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IncidentsModule } from '../../incidents/incidents.module.js';
import { ExportBytes } from './export-bytes.service.js';
import { ExportFetchRow, ExportRow } from './export.entity.js';
import { ExportFiles } from './export-files.service.js';
import { ExportRecord } from './export-record.service.js';
import { ExportRequests } from './export-requests.service.js';
import { ExportWords } from './export-words.service.js';
import { ExportRowsStore } from './export-rows.store.js';
import { ExportStreams } from './export-streams.service.js';
import { ExportsController } from './exports.controller.js';
import { ExportsGateway } from './exports.gateway.js';
import { ExportsResolver } from './exports.resolver.js';
import { ExportsStore } from './exports.store.js';
import { ExportsWorker } from './exports.worker.js';
import { ReleaseRow } from './release.entity.js';
import { Releases } from './releases.service.js';
import { ReleasesStore } from './releases.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([ExportRow, ExportFetchRow, ReleaseRow]), IncidentsModule],
  controllers: [ExportsController],
  providers: [
    ExportsStore,
    ExportRowsStore,
    ReleasesStore,
    Releases,
    ExportRecord,
    ExportBytes,
    ExportStreams,
    ExportFiles,
    ExportRequests,
    ExportWords,
    ExportsResolver,
    ExportsGateway,
    ExportsWorker,
  ],
  exports: [ExportRowsStore],
})
export class ExportsModule {}
