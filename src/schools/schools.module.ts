import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SCHOOL_ENTITIES } from './district.entity.js';
import { SchoolsResolver } from './schools.resolver.js';
import { SchoolsService } from './schools.service.js';
import { SchoolsStore } from './schools.store.js';

@Module({
  imports: [TypeOrmModule.forFeature(SCHOOL_ENTITIES)],
  providers: [SchoolsStore, SchoolsService, SchoolsResolver],
  exports: [SchoolsService],
})
export class SchoolsModule {}
