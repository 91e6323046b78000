import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { FamilySockets, type TaggedPayload } from '../delivery/socket/family-sockets.js';
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
  private readonly startedAt: Date;
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
    @Inject(LOGGER) private readonly logger: Logger,
    clock: Clock,
  ) {
    this.startedAt = clock.now();
    this.heardUntil = this.startedAt;
  }

  onApplicationBootstrap(): void {
    if (!this.config.servesHttp) return;
    this.sockets.onWatch({
      localeFor: resolveLocale,
      answer: (tags, request) => this.answer(tags, request),
    });
    this.bus.on('alert', ({ alertId }) => this.next(() => this.hear(alertId)));
    this.bus.onResumed(() => void this.next(() => this.catchUp()));
    this.timer = setInterval(() => void this.next(() => this.catchUp()), CATCH_UP_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.underWay = this.underWay
      .then(work)
      // What failed is not marked as told: catching up finds it again.
      .catch((error: unknown) =>
        this.logger.error({ err: error }, 'alert not told to sockets yet'),
      );
    return this.underWay;
  }

  private async hear(alertId: string): Promise<void> {
    const alert = await this.reader.byId(alertId);
    if (alert) await this.tell(alert);
  }

  private async catchUp(): Promise<void> {
    const back = Math.max(this.startedAt.getTime(), this.heardUntil.getTime() - OVERLAP_MS);
    for (const alert of await this.reader.sentAfter(new Date(back))) await this.tell(alert);
  }

  private async tell(alert: AlertRow): Promise<void> {
    if (alert.status !== 'Actual' || this.told.has(alert.id)) return;
    const tags = alert.kind === 'ALERT' ? await this.tags.of(alert) : undefined;
    const payloads: Record<string, AlertPayload> = {};
    const issued = await this.reader.everyPayload(alert);
    for (const locale of supportedLocales()) payloads[locale] = nearestPayload(issued, locale);
    this.sockets.tell(alert.incidentId, payloads, tags);
    this.told.add(alert.id);
    if (this.told.size > REMEMBERED) this.told.delete(this.told.values().next().value!);
    if (alert.sent > this.heardUntil) this.heardUntil = alert.sent;
  }

  private async answer(tags: Buffer[], request: WatchRequest & { locale: string }) {
    const active = await this.reader.active(tags);
    const missed = request.since
      ? await this.reader.missed(request.since, tags, request.incidents)
      : [];
    return {
      active: await this.tagged(active, request.locale),
      missed: await this.tagged(missed, request.locale),
    };
  }

  private async tagged(rows: AlertRow[], locale: string): Promise<TaggedPayload[]> {
    const payloads = await this.reader.payloads(rows, locale);
    return payloads.map((payload) => ({ incidentId: payload.incidentId, payload }));
  }
}
