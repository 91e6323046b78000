import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IncidentsModule } from '../../incidents/incidents.module.js';
import { SchoolsModule } from '../../schools/schools.module.js';
import { PublicationResolver } from './publication.resolver.js';
import { Publication } from './publication.service.js';
import { PublicationStore } from './publication.store.js';
import { PublishedRow } from './published-figures.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([PublishedRow]), IncidentsModule, SchoolsModule],
  providers: [PublicationStore, Publication, PublicationResolver],
  exports: [PublicationStore],
})
export class PublicationModule {}
