import { Module } from '@nestjs/common';
import { AlertQualityResolver } from './alert-quality.resolver.js';
import { AlertQualityReader } from './alert-quality.service.js';
import { AlertQualityStore } from './alert-quality.store.js';
import { BriefsModule } from './briefs/briefs.module.js';
import { ExportsModule } from './exports/exports.module.js';

@Module({
  imports: [ExportsModule, BriefsModule],
  providers: [AlertQualityStore, AlertQualityReader, AlertQualityResolver],
})
export class AnalyticsModule {}
