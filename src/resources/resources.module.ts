import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SchoolsModule } from '../schools/schools.module.js';
import { KitDay } from './kit-day.service.js';
import { KitController } from './kit.controller.js';
import { KitService } from './kit.service.js';
import { ResourceRow } from './resource.entity.js';
import { ResourceWords } from './resource-words.service.js';
import { ResourcesResolver } from './resources.resolver.js';
import { ResourcesService } from './resources.service.js';
import { ResourcesStore } from './resources.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([ResourceRow]), SchoolsModule],
  controllers: [KitController],
  providers: [
    ResourcesStore,
    ResourcesService,
    ResourcesResolver,
    ResourceWords,
    KitDay,
    KitService,
  ],
  exports: [ResourcesService],
})
export class ResourcesModule {}
