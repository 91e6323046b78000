import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { FamilySockets, type TaggedPayload } from '../delivery/socket/family-sockets.js';
import { AlertPause } from '../delivery/pause.service.js';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import type { AreaTag } from '../subscriptions/area-tag.js';
import type { WatchRequest } from '../delivery/socket/watch-request.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { LOGGER } from '../platform/tokens.js';
import type { AlertRow } from './alert.entity.js';
import { AlertReader } from './alert-reader.service.js';
import { AudienceTags } from './audience-tags.service.js';
import { nearestPayload, resolveLocale, supportedLocales, type AlertPayload } from './messages.js';

/** Clocks differ and transactions overlap: catching up looks back so far, and skips what it told. */
const OVERLAP_MS = 60_000;
/** However an announcement was missed, its alert is found after this long. */
const CATCH_UP_MS = 5_000;
const REMEMBERED = 2_000;

/** Hands each alert to the sockets of this process, and tells returning ones what they missed. */
@Injectable()
export class AlertsGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private startedAt: Date;
  private heardUntil: Date;
  /** Ids of the latest alerts told here: none is told twice. */
  private readonly told = new Set<string>();
  /** One after another, so that no message overtakes an earlier one. */
  private underWay: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sockets: FamilySockets,
    private readonly bus: Bus,
    private readonly reader: AlertReader,
    private readonly tags: AudienceTags,
    private readonly config: Config,
    private readonly pause: AlertPause,
    private readonly dispatch: DispatchGateway,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.startedAt = clock.now();
    this.heardUntil = this.startedAt;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.servesHttp) return;
    const pause = await this.pause.current();
    // What was held before this process started is told by it too.
    if (pause) this.startedAt = this.heardUntil = new Date(pause.pausedAt.getTime() - OVERLAP_MS);
    this.sockets.onWatch({
      localeFor: resolveLocale,
      answer: (tags, request) => this.answer(tags, request),
    });
    this.bus.on('alert', ({ alertId }) => this.next(() => this.hear(alertId)));
    this.bus.onResumed(() => void this.next(() => this.catchUp()));
    this.bus.on('pause', () => this.next(() => this.catchUp()));
    this.timer = setInterval(() => void this.next(() => this.catchUp()), CATCH_UP_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.underWay = this.underWay
      // While all sending is paused nothing is marked as told either: the resumption finds it.
      .then(async () => {
        if (!(await this.pause.current())) await work();
      })
      // What failed is not marked as told: catching up finds it again.
      .catch((error: unknown) =>
        this.logger.error({ err: error }, 'alert not told to sockets yet'),
      );
    return this.underWay;
  }

  private async hear(alertId: string): Promise<void> {
    const alert = await this.reader.announced(alertId);
    if (alert) await this.tell(alert);
  }

  private async catchUp(): Promise<void> {
    const back = Math.max(this.startedAt.getTime(), this.heardUntil.getTime() - OVERLAP_MS);
    const sent = await this.reader.sentAfter(new Date(back));
    const over = new Set(
      sent
        .filter(({ ends, msgType }) => ends || msgType === 'Cancel')
        .flatMap(({ incidentId, joined }) => [incidentId, ...joined]),
    );
    const now = this.clock.now();
    for (const alert of sent) {
      // What is over is not told late as if it were on; its end goes to those who were told.
      const late =
        alert.responseType === 'Monitor' && (over.has(alert.incidentId) || alert.expires <= now);
      if (late) this.note(alert);
      else if (!(await this.tell(alert))) return;
    }
  }

  /** @returns false when all sending is paused: it is found again afterwards. */
  private async tell(alert: AlertRow): Promise<boolean> {
    if (this.told.has(alert.id)) return true;
    const audience = alert.kind === 'ALERT' ? await this.tags.of(alert) : undefined;
    const { incidentId, joined } = alert;
    const payloads = inEveryLocale(await this.reader.everyPayload(alert));
    const threads = (await this.reader.threads(alert)).map((thread) => ({
      incidentId: thread.incidentId,
      payloads: inEveryLocale(Object.values(thread.payloads)),
    }));
    const told = await this.pause.unlessOn(() => {
      this.sockets.tell({ incidentId, joined, payloads, threads }, audience);
      if (alert.status === 'Exercise') this.dispatch.tell(['staff'], 'drill', payloads.en!);
    });
    if (told) this.note(alert);
    return told;
  }

  /** It is told here, or never: also by its own announcement, if that is still to come. */
  private note(alert: AlertRow): void {
    this.told.add(alert.id);
    if (this.told.size > REMEMBERED) this.told.delete(this.told.values().next().value!);
    if (alert.sent > this.heardUntil) this.heardUntil = alert.sent;
  }

  private async answer(tags: AreaTag[], request: WatchRequest & { locale: string }) {
    // What a pause holds back is told when it ends, and not before to whoever asks.
    const paused = (await this.pause.current()) !== null;
    const mayTell = ({ sent }: AlertRow) => !paused || sent <= this.heardUntil;
    const active = await this.reader.active(tags);
    const missed = request.since
      ? await this.reader.missed(request.since, tags, request.incidents)
      : [];
    return {
      active: await this.tagged(active.filter(mayTell), request.locale),
      missed: await this.tagged(missed.filter(mayTell), request.locale),
    };
  }

  private async tagged(rows: AlertRow[], locale: string): Promise<TaggedPayload[]> {
    const payloads = await this.reader.payloads(rows, locale);
    return payloads.map((payload) => ({ incidentId: payload.incidentId, payload }));
  }
}

/** By every locale there is now, also one that came after the message was issued. */
const inEveryLocale = (issued: AlertPayload[]): Record<string, AlertPayload> =>
  Object.fromEntries(supportedLocales().map((locale) => [locale, nearestPayload(issued, locale)]));
