import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { AudienceTags } from '../alerts/audience-tags.service.js';
import { AlertPause } from '../delivery/pause.service.js';
import { Config } from '../platform/config.js';
import type { Transaction } from '../platform/database.js';
import { SchoolsService } from '../schools/schools.service.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import { DrillsStore } from './drills.store.js';
import type { Circumstances } from './gate.js';
import { IncidentsStore } from './incidents.store.js';
import type { Telling } from './telling.js';
import { whyWide, type WideReason } from './wide-alert.js';

const HOUR = 3_600_000;

/** How things stand when somebody would tell the public; read under locks, so that it stays so. */
@Injectable()
export class CircumstancesReader {
  constructor(
    private readonly store: IncidentsStore,
    private readonly drills: DrillsStore,
    private readonly alerts: AlertsService,
    private readonly schools: SchoolsService,
    private readonly tags: AudienceTags,
    private readonly audience: AudienceService,
    private readonly pause: AlertPause,
    private readonly config: Config,
  ) {}

  /** Of a decision that tells nobody anything new. */
  quiet(now: Date): Circumstances {
    return { now, paused: false, drillOver: false, alertsThisHour: 0, ceiling: 0, wide: [] };
  }

  /** Of an alert that would name this place; `wide` is left to {@link wide}. */
  async telling(
    tx: Transaction,
    { place, drillId }: { place: Telling['place']; drillId: string | null },
    now: Date,
  ): Promise<Circumstances> {
    const { districtId } = (await this.schools.nearest(tx, place))!;
    await this.store.lockDistrict(tx, districtId);
    const since = new Date(now.getTime() - HOUR);
    return {
      now,
      paused: await this.pause.isOn(tx),
      drillOver: drillId !== null && (await this.drills.isOver(tx, drillId)),
      alertsThisHour: await this.alerts.issuedSince(tx, districtId, since),
      ceiling: this.config.trust.alertsPerDistrictHour,
      wide: [],
    };
  }

  /** Devices that it would be for, counted no further than the threshold, and why it is wide. */
  async wide(
    tx: Transaction,
    place: Telling['place'],
    radiusMeters: number,
  ): Promise<{ devices: number; reasons: WideReason[] }> {
    const limit = this.config.trust.wideAlertDevices;
    const tags = await this.tags.at(tx, place, radiusMeters);
    const devices = await this.audience.countUpTo(tx, tags, limit);
    return { devices, reasons: whyWide({ devices, radiusMeters }, { devices: limit }) };
  }
}
