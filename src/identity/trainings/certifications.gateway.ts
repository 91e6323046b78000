import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '../../platform/bus.js';
import { DispatchGateway } from '../dispatch.gateway.js';
import { Certifications } from './certifications.service.js';

/** Tells a person on `/dispatch`, and those who dispatch, that their training lapses. */
@Injectable()
export class CertificationsGateway implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly dispatch: DispatchGateway,
    private readonly certifications: Certifications,
  ) {}

  onModuleInit(): void {
    this.bus.on('certification', async ({ staffId }) => {
      if (this.dispatch.isIdle) return;
      const state = await this.certifications.ofStaff(staffId);
      if (state) this.dispatch.tell([{ staffId }, 'dispatchers'], 'certification', state);
    });
  }
}
