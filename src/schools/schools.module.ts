import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SCHOOL_ENTITIES } from './district.entity.js';
import { OutlineRow } from './outline.entity.js';
import { DistrictOutlines } from './outlines.service.js';
import { OutlinesStore } from './outlines.store.js';
import { PoliciesResolver, PolicyMarks } from './policies.resolver.js';
import { PoliciesService } from './policies.service.js';
import { PoliciesStore } from './policies.store.js';
import { PolicyAddresses } from './policy-addresses.service.js';
import { PolicyRow } from './policy.entity.js';
import { SchoolsResolver } from './schools.resolver.js';
import { SchoolsService } from './schools.service.js';
import { NearbyStore } from './nearby.store.js';
import { SchoolsStore } from './schools.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([...SCHOOL_ENTITIES, PolicyRow, OutlineRow])],
  providers: [
    ...[SchoolsStore, NearbyStore, SchoolsService, SchoolsResolver],
    ...[PoliciesStore, PoliciesService, PoliciesResolver, PolicyMarks, PolicyAddresses],
    ...[OutlinesStore, DistrictOutlines],
  ],
  exports: [SchoolsService, PoliciesService, DistrictOutlines],
})
export class SchoolsModule {}
