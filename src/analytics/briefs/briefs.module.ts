import { Module } from '@nestjs/common';
import { IncidentsModule } from '../../incidents/incidents.module.js';
import { SchoolsModule } from '../../schools/schools.module.js';
import { ExportsModule } from '../exports/exports.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { BriefsController } from './briefs.controller.js';
import { Briefs } from './briefs.service.js';
import { Pdf } from './pdf.service.js';

@Module({
  imports: [ExportsModule, IncidentsModule, PublicationModule, SchoolsModule],
  controllers: [BriefsController],
  providers: [Briefs, Pdf],
})
export class BriefsModule {}
