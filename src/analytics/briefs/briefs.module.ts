import { Module } from '@nestjs/common';
import { IncidentsModule } from '../../incidents/incidents.module.js';
import { SchoolsModule } from '../../schools/schools.module.js';
import { ExportsModule } from '../exports/exports.module.js';
import { PublicationStore } from '../publication/publication.store.js';
import { BriefsController } from './briefs.controller.js';
import { Briefs } from './briefs.service.js';
import { Pdf } from './pdf.service.js';

@Module({
  imports: [ExportsModule, IncidentsModule, SchoolsModule],
  controllers: [BriefsController],
  providers: [Briefs, Pdf, PublicationStore],
})
export class BriefsModule {}
