import { Injectable } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Reach } from '../delivery/broadcast.js';
import { FanOutService } from '../delivery/fan-out.service.js';
import { Bus } from '../platform/bus.js';
import { Config } from '../platform/config.js';
import type { Transaction } from '../platform/database.js';
import { BadInput } from '../platform/errors.js';
import { Queue } from '../platform/queue.js';
import { SchoolsService, type SchoolFacts } from '../schools/schools.service.js';
import { InvalidAlertError, buildAlert, isCorrection, type AlertDraft } from './alert-builder.js';
import type { AlertRow } from './alert.entity.js';
import { AlertsStore } from './alerts.store.js';
import { renderAlert, supportedLocales, type AlertPayload } from './messages.js';
import type { Notice, NoticeKind } from './notice.js';
import { signPayload } from './signature.js';
import { timeZoneAt } from './time-zone.js';

/** Whom each kind of message reaches. */
const REACH = {
  ALERT: 'AUDIENCE',
  UPDATE: 'TOLD_AND_OWED',
  ALL_CLEAR: 'TOLD',
  RETRACTION: 'TOLD',
} as const satisfies Record<NoticeKind, Reach>;

/** Makes alerts: the message, its place in the incident's thread, and its way out. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly store: AlertsStore,
    private readonly schools: SchoolsService,
    private readonly fanOut: FanOutService,
    private readonly queue: Queue,
    private readonly bus: Bus,
    private readonly config: Config,
  ) {}

  /**
   * Issues one message inside the transaction that decided it: the row, its delivery, the fan-out
   * job and the announcement to every process commit with the decision, or not at all.
   * @returns the alert's id.
   * @throws BadInput when the notice cannot be told as it is.
   */
  async issue(tx: Transaction, notice: Notice, sent: Date): Promise<string> {
    const earlier = await this.store.ofIncidents(tx, [notice.incidentId, ...notice.joined]);
    if (earlier.some(({ status }) => (status === 'Exercise') !== notice.exercise))
      throw new Error('what is real does not follow a drill, nor a drill what is real');
    const told = earlier.findLast(({ incidentId }) => incidentId === notice.incidentId);
    const school = await this.schoolOf(tx, notice, told);
    const draft = draftOf(notice, {
      id: randomUUID(),
      sent,
      references: earlier.map(({ id }) => id),
      school,
      distanceMeters: school.distanceMeters,
      ...(told && { told }),
      ...(earlier.length > 0 && { previous: lastToLapse(earlier) }),
    });
    const first = earlier.find(({ incidentId }) => incidentId === notice.incidentId);
    const row: AlertRow = {
      ...draft,
      references: [...draft.references],
      latitude: first?.latitude ?? notice.place.latitude,
      longitude: first?.longitude ?? notice.place.longitude,
      radiusMeters: first?.radiusMeters ?? notice.radiusMeters,
      topic: first?.topic ?? randomBytes(24).toString('base64url'),
      joined: [...draft.joined],
      supersededBy: null,
    };
    const payloads = this.payloads(row, school);
    await this.store.insert(tx, { ...row, payloads });
    await this.fanOut.open(tx, {
      id: row.id,
      incidentId: row.incidentId,
      topic: row.topic,
      payloads: asJson(payloads),
      expires: row.expires,
      reach: notice.exercise && notice.kind === 'ALERT' ? 'DRILL' : REACH[notice.kind],
      exercise: notice.exercise,
      joined: notice.joined,
    });
    await this.queue.send(tx, 'fanOut', { alertId: row.id }, { priority: 10 });
    this.bus.announce(tx, 'alert', { alertId: row.id });
    return row.id;
  }

  /** What ends or withdraws names the school that was named; what is news, the nearest. */
  private async schoolOf(tx: Transaction, { kind, place }: Notice, told: AlertRow | undefined) {
    const named = told && isCorrection(kind) && (await this.schools.named(tx, told.schoolId));
    if (named) return { ...named, distanceMeters: 0 };
    return (await this.schools.nearest(tx, place))!;
  }

  /** Alerts of the district since a moment, drills apart: for the ceiling. */
  async issuedSince(tx: Transaction, districtId: string, since: Date): Promise<number> {
    return this.store.countAlerts(tx, districtId, since);
  }

  /**
   * The thread of an incident goes on in another's: its latest message leaves what is active.
   * @returns the message, if there was one; {@link goOnAlone} brings it back.
   */
  async goOnIn(tx: Transaction, incidentId: string, into: string): Promise<string | null> {
    const [latest] = (await this.store.ofIncidents(tx, [into])).slice(-1);
    const left = latest ? await this.store.supersede(tx, incidentId, latest.id) : null;
    if (left) this.bus.announce(tx, 'active', { alertId: left });
    return left;
  }

  async goOnAlone(tx: Transaction, alertId: string): Promise<void> {
    await this.store.restore(tx, alertId);
    this.bus.announce(tx, 'active', { alertId });
  }

  /** The message in every locale there is, signed. What is issued is kept, not written again. */
  payloads(alert: AlertRow, school: SchoolFacts): Record<string, AlertPayload> {
    const context = {
      schoolName: school.name,
      timeZone: timeZoneAt(school.latitude, school.longitude),
      url: `${this.config.http.publicUrl}/alerts/${alert.id}`,
    };
    return Object.fromEntries(
      supportedLocales().map((locale) => [
        locale,
        signPayload(renderAlert(alert, locale, context), this.config.signing),
      ]),
    );
  }
}

const asJson = (payloads: Record<string, AlertPayload>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payloads).map(([locale, payload]) => [locale, JSON.stringify(payload)]),
  );

const lastToLapse = (alerts: readonly AlertRow[]): AlertRow =>
  alerts.reduce((last, alert) => (alert.expires > last.expires ? alert : last));

function draftOf(...args: Parameters<typeof buildAlert>): AlertDraft {
  try {
    return buildAlert(...args);
  } catch (error) {
    if (!(error instanceof InvalidAlertError)) throw error;
    throw new BadInput({ field: error.field, message: error.message });
  }
}
