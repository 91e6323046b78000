import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import { Bus } from '../platform/bus.js';
import { HealthNotes } from '../platform/health-notes.js';
import { pauseView } from './pause.graphql.js';
import { AlertPause } from './pause.service.js';

/** Shows the pause where people look: to every dispatcher, and to the operator. */
@Injectable()
export class PauseGateway implements OnModuleInit {
  constructor(
    private readonly pause: AlertPause,
    private readonly bus: Bus,
    private readonly dispatch: DispatchGateway,
    private readonly notes: HealthNotes,
  ) {}

  onModuleInit(): void {
    this.notes.add('alerts', async () => ((await this.pause.current()) ? 'paused' : 'ok'));
    this.bus.on('pause', async () => {
      this.dispatch.tell(['dispatchers'], 'pause', pauseView(await this.pause.current()));
    });
    this.dispatch.onJoin(async (tell) => {
      const pause = await this.pause.current();
      if (pause) tell('pause', pauseView(pause));
    });
  }
}
