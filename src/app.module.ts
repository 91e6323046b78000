import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { IdentityModule } from './identity/identity.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import type { Config } from './platform/config.js';
import { PlatformModule } from './platform/platform.module.js';

@Module({})
export class AppModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.with(config, logger), LedgerModule, IdentityModule],
    };
  }
}
