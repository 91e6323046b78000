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
import { Attendance } from './trainings/attendance.service.js';
import { CertificationsGateway } from './trainings/certifications.gateway.js';
import { AttendanceResolver, CertificationsResolver } from './trainings/certifications.resolver.js';
import { Certifications } from './trainings/certifications.service.js';
import { CertificationsStore } from './trainings/certifications.store.js';
import { CertificationsWorker } from './trainings/certifications.worker.js';
import { TRAINING_ENTITIES } from './trainings/training.entity.js';
import { TrainingsResolver } from './trainings/trainings.resolver.js';
import { TrainingsService } from './trainings/trainings.service.js';
import { TrainingsStore } from './trainings/trainings.store.js';

const TRAININGS = [
  ...[TrainingsStore, TrainingsService, Attendance, TrainingsResolver, AttendanceResolver],
  ...[CertificationsStore, Certifications, CertificationsResolver],
  ...[CertificationsWorker, CertificationsGateway],
];

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([...IDENTITY_ENTITIES, ...TRAINING_ENTITIES])],
  controllers: [InviteController],
  providers: [
    IdentityStore,
    IdentityService,
    StaffService,
    IdentityResolver,
    DispatchGateway,
    ...TRAININGS,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [IdentityService, StaffService, DispatchGateway],
})
export class IdentityModule {}
