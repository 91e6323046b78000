import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import { Bus } from '../platform/bus.js';
import { HealthNotes } from '../platform/health-notes.js';
import { LOGGER } from '../platform/tokens.js';
import type { PauseRow } from './pause.entity.js';
import { pauseView } from './pause.graphql.js';
import { AlertPause } from './pause.service.js';
import { SENDER, type Sender } from './sender.js';

const RETRY_MS = 500;

/** Heeds a pause in this process, and shows it to every dispatcher and to the operator. */
@Injectable()
export class PauseGateway implements OnModuleInit, BeforeApplicationShutdown {
  /** One reading after another: what was read last is what holds. */
  private underWay: Promise<unknown> = Promise.resolve();
  private readonly stopped = new AbortController();

  constructor(
    private readonly pause: AlertPause,
    private readonly bus: Bus,
    private readonly dispatch: DispatchGateway,
    private readonly notes: HealthNotes,
    @Inject(SENDER) private readonly sender: Sender,
    @Inject(LOGGER) private readonly logger: Logger,
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

  beforeApplicationShutdown(): void {
    this.stopped.abort();
  }

  /** What a worker has taken up already is kept back too. */
  private heed(): Promise<PauseRow | null> {
    const reading = this.underWay.then(async () => {
      const pause = await this.read();
      this.sender.hold(pause !== null);
      return pause;
    });
    this.underWay = reading.catch(() => undefined);
    return reading;
  }

  /** As long as it fails, nobody knows whether to hold: again, until the process ends. */
  private async read(): Promise<PauseRow | null> {
    for (;;) {
      try {
        return await this.pause.current();
      } catch (error) {
        this.logger.error({ err: error }, 'pause not read yet');
        await setTimeout(RETRY_MS, undefined, { signal: this.stopped.signal });
      }
    }
  }
}
