import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthGuard } from './auth.guard.js';
import { DispatchGateway } from './dispatch.gateway.js';
import { IdentityResolver } from './identity.resolver.js';
import { IdentityService } from './identity.service.js';
import { IdentityStore } from './identity.store.js';
import { InviteController } from './invite.controller.js';
import { IDENTITY_ENTITIES } from './staff.entity.js';
import { StaffService } from './staff.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(IDENTITY_ENTITIES)],
  controllers: [InviteController],
  providers: [
    IdentityStore,
    IdentityService,
    StaffService,
    IdentityResolver,
    DispatchGateway,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [IdentityService, StaffService, DispatchGateway],
})
export class IdentityModule {}
