import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import { Bus } from '../platform/bus.js';
import { HealthNotes } from '../platform/health-notes.js';
import type { PauseRow } from './pause.entity.js';
import { pauseView } from './pause.graphql.js';
import { AlertPause } from './pause.service.js';
import { SENDER, type Sender } from './sender.js';

/** Heeds a pause in this process, and shows it to every dispatcher and to the operator. */
@Injectable()
export class PauseGateway implements OnModuleInit {
  constructor(
    private readonly pause: AlertPause,
    private readonly bus: Bus,
    private readonly dispatch: DispatchGateway,
    private readonly notes: HealthNotes,
    @Inject(SENDER) private readonly sender: Sender,
  ) {}

  onModuleInit(): void {
    this.notes.add('alerts', async () => ((await this.pause.current()) ? 'paused' : 'ok'));
    this.bus.on('pause', async () => {
      this.dispatch.tell(['dispatchers'], 'pause', pauseView(await this.heed()));
    });
    this.bus.onResumed(() => void this.heed().catch(() => undefined));
    this.dispatch.onJoin(async (tell) => {
      const pause = await this.pause.current();
      if (pause) tell('pause', pauseView(pause));
    });
  }

  /** What a worker has taken up already is kept back too. */
  private async heed(): Promise<PauseRow | null> {
    const pause = await this.pause.current();
    this.sender.hold(pause !== null);
    return pause;
  }
}
