import { Injectable } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Broadcast, Reach } from '../delivery/broadcast.js';
import { FanOutService } from '../delivery/fan-out.service.js';
import { Bus } from '../platform/bus.js';
import { Config } from '../platform/config.js';
import type { Transaction } from '../platform/database.js';
import { BadInput } from '../platform/errors.js';
import { Queue } from '../platform/queue.js';
import { SchoolsService, type SchoolFacts } from '../schools/schools.service.js';
import { InvalidAlertError, buildAlert, isCorrection, type AlertDraft } from './alert-builder.js';
import type { AlertRow, ThreadWords } from './alert.entity.js';
import { AlertsStore } from './alerts.store.js';
import { renderAlert, supportedLocales, type AlertPayload } from './messages.js';
import type { Notice, NoticeKind } from './notice.js';
import { signPayload } from './signature.js';
import { timeZoneAt } from './time-zone.js';
import { lastTold } from './told.js';

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
    const told = lastTold(earlier, notice.incidentId);
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
      regroupedAt: null,
    };
    const payloads = this.payloads(row, school);
    const threads = isCorrection(row.kind) ? await this.threads(tx, row, earlier, payloads) : [];
    await this.store.insert(tx, { ...row, payloads, threads });
    await this.fanOut.open(tx, broadcastOf(row, { payloads, threads }, earlier));
    await this.queue.send(tx, 'fanOut', { alertId: row.id }, { priority: 10 });
    this.bus.announce(tx, 'alert', { alertId: row.id });
    return row.id;
  }

  /**
   * What ends or withdraws says of what was told, to those of a merged incident of what they were
   * told: the words where they are others than the incident's own, who was told last first.
   */
  private async threads(
    tx: Transaction,
    row: AlertRow,
    earlier: readonly AlertRow[],
    own: AlertRow['payloads'],
  ): Promise<ThreadWords[]> {
    const told = row.joined
      .map((incidentId) => ({ incidentId, last: lastTold(earlier, incidentId) }))
      .filter((thread): thread is { incidentId: string; last: AlertRow } => !!thread.last)
      .sort((a, b) => b.last.sent.getTime() - a.last.sent.getTime());
    const threads: ThreadWords[] = [];
    for (const { incidentId, last } of told) {
      const { schoolId, districtId, band, facts, onset } = last;
      const school = await this.schools.named(tx, schoolId);
      if (!school) continue;
      const payloads = this.payloads({ ...row, schoolId, districtId, band, facts, onset }, school);
      if (!isDeepStrictEqual(payloads, own)) threads.push({ incidentId, payloads });
    }
    return threads;
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

  /** When the last of the incidents' messages lapses; null when there is none. */
  async lastExpiry(tx: Transaction, incidentIds: string[]): Promise<Date | null> {
    return this.store.lastExpiry(tx, incidentIds);
  }

  /**
   * The thread of an incident goes on in another's: its latest message leaves what is active.
   * @returns the message, if there was one; {@link goOnAlone} brings it back.
   */
  async goOnIn(
    tx: Transaction,
    incidentId: string,
    into: string,
    now: Date,
  ): Promise<string | null> {
    const [latest] = (await this.store.ofIncidents(tx, [into])).slice(-1);
    const left = latest ? await this.store.supersede(tx, incidentId, latest.id, now) : null;
    if (left) this.bus.announce(tx, 'active', { alertId: left });
    return left;
  }

  async goOnAlone(tx: Transaction, alertId: string, now: Date): Promise<void> {
    await this.store.restore(tx, alertId, now);
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

function broadcastOf(
  { id, incidentId, kind, status, topic, expires, joined }: AlertRow,
  { payloads, threads }: { payloads: Record<string, AlertPayload>; threads: ThreadWords[] },
  earlier: readonly AlertRow[],
): Broadcast {
  const exercise = status === 'Exercise';
  const topicOf = (thread: ThreadWords) =>
    earlier.find((alert) => alert.incidentId === thread.incidentId)!.topic;
  return {
    ...{ id, incidentId, topic, expires, joined, exercise },
    payloads: asJson(payloads),
    threads: Object.fromEntries(
      threads.map((thread) => [topicOf(thread), asJson(thread.payloads)]),
    ),
    reach: exercise && kind === 'ALERT' ? 'DRILL' : REACH[kind],
  };
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
