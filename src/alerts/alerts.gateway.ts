import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FamilySockets, type TaggedPayload } from '../delivery/socket/family-sockets.js';
import type { WatchRequest } from '../delivery/socket/watch-request.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import type { AlertRow } from './alert.entity.js';
import { AlertReader } from './alert-reader.service.js';
import { AudienceTags } from './audience-tags.service.js';
import { resolveLocale, supportedLocales, type AlertPayload } from './messages.js';

/** Clocks differ and transactions overlap: catching up looks back so far, and skips what it told. */
const OVERLAP_MS = 60_000;
const REMEMBERED = 2_000;

/** Hands each alert to the sockets of this process, and tells returning ones what they missed. */
@Injectable()
export class AlertsGateway implements OnModuleInit {
  private heardUntil: Date;
  /** Ids of the latest alerts told here: none is told twice. */
  private readonly told = new Set<string>();

  constructor(
    private readonly sockets: FamilySockets,
    private readonly bus: Bus,
    private readonly reader: AlertReader,
    private readonly tags: AudienceTags,
    clock: Clock,
  ) {
    this.heardUntil = clock.now();
  }

  onModuleInit(): void {
    this.sockets.onWatch((tags, request) => this.answer(tags, request));
    this.bus.on('alert', async ({ alertId }) => {
      const alert = await this.reader.byId(alertId);
      if (alert) await this.tell(alert);
    });
    this.bus.onResumed(() => void this.catchUp());
  }

  private async tell(alert: AlertRow): Promise<void> {
    if (alert.status !== 'Actual' || this.told.has(alert.id)) return;
    this.told.add(alert.id);
    if (this.told.size > REMEMBERED) this.told.delete(this.told.values().next().value!);
    if (alert.sent > this.heardUntil) this.heardUntil = alert.sent;
    const tags = alert.kind === 'ALERT' ? await this.tags.of(alert) : undefined;
    const payloads: Record<string, AlertPayload> = {};
    for (const locale of supportedLocales())
      payloads[locale] = (await this.reader.payloads([alert], locale))[0]!;
    this.sockets.tell(alert.incidentId, payloads, tags);
  }

  /** The line to the database was down: whatever was sent meanwhile is told now. */
  private async catchUp(): Promise<void> {
    const from = new Date(this.heardUntil.getTime() - OVERLAP_MS);
    for (const alert of await this.reader.sentAfter(from)) await this.tell(alert);
  }

  private async answer(tags: Buffer[], request: WatchRequest & { locale: string }) {
    const locale = resolveLocale(request.locale);
    const active = await this.reader.active(tags);
    const missed = request.since
      ? await this.reader.missed(request.since, tags, request.incidents)
      : [];
    return {
      locale,
      active: await this.tagged(active, locale),
      missed: await this.tagged(missed, locale),
    };
  }

  private async tagged(rows: AlertRow[], locale: string): Promise<TaggedPayload[]> {
    const payloads = await this.reader.payloads(rows, locale);
    return payloads.map((payload) => ({ incidentId: payload.incidentId, payload }));
  }
}
