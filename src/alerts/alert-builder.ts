import type {
  CapCertainty,
  CapMsgType,
  CapResponseType,
  CapSeverity,
  CapStatus,
  CapUrgency,
} from './cap.js';
import { distanceBand, type DistanceBand } from './distance-band.js';
import type { ActivityName, ChangeName, Notice, NoticeFacts, NoticeKind } from './notice.js';

export const MAX_ALERT_MINUTES = 240;
/** An all-clear or a retraction is news for this long. */
export const CORRECTION_MINUTES = 30;

export interface AlertContext {
  /** Identifier of the new message. */
  id: string;
  sent: Date;
  /** Identifiers of the earlier messages of the incident, oldest first; none for the first one. */
  references: readonly string[];
  /** The nearest school. */
  school: { id: string; name: string; latitude: number; longitude: number; districtId: string };
  distanceMeters: number;
  /**
   * Of the messages that this one corrects, the one that lapses last. A phone that was off may still
   * show it until then, so an all-clear or a retraction lasts at least as long.
   */
  previous?: { expires: Date };
  /**
   * The incident's latest message. What ends or withdraws it says of what was told, whatever has been
   * reported since: that is known to one person only.
   */
  told?: Pick<AlertDraft, 'facts' | 'onset' | 'band'>;
}

/** One immutable message about an incident, in the vocabulary of CAP 1.2; no words yet. */
export interface AlertDraft {
  readonly id: string;
  readonly incidentId: string;
  readonly kind: NoticeKind;
  /** Set when `kind` is UPDATE. */
  readonly change: ChangeName | null;
  readonly msgType: Extract<CapMsgType, 'Alert' | 'Update' | 'Cancel'>;
  readonly status: Extract<CapStatus, 'Actual' | 'Exercise'>;
  readonly urgency: CapUrgency;
  readonly severity: CapSeverity;
  readonly certainty: CapCertainty;
  readonly responseType: CapResponseType;
  readonly onset: Date;
  readonly sent: Date;
  readonly expires: Date;
  /** When the activity ended; set by an all-clear. */
  readonly ends: Date | null;
  readonly references: readonly string[];
  /** Incidents merged into this one. */
  readonly joined: readonly string[];
  readonly schoolId: string;
  readonly districtId: string;
  readonly band: DistanceBand;
  readonly facts: Readonly<NoticeFacts>;
  readonly radiusMeters: number;
}

/** The notice cannot be told as it is; `field` says which part of it is at fault. */
export class InvalidAlertError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(`${field} ${message}`);
    this.name = 'InvalidAlertError';
  }
}

interface Assessment {
  urgency: CapUrgency;
  severity: CapSeverity;
  reason: string;
}

/** Extreme is left to threats to life: one alarm too loud, and the next is not believed. */
export const ASSESSMENTS = {
  PRESENCE: {
    urgency: 'Expected',
    severity: 'Minor',
    reason: 'officers are there; no action toward anyone was observed',
  },
  SURVEILLANCE: {
    urgency: 'Expected',
    severity: 'Minor',
    reason: 'a place is being watched; an action may or may not come',
  },
  STAGING: {
    urgency: 'Expected',
    severity: 'Moderate',
    reason: 'officers who gather usually act within the hour',
  },
  QUESTIONING: {
    urgency: 'Immediate',
    severity: 'Moderate',
    reason: 'people nearby may be spoken to now',
  },
  VEHICLE_STOP: {
    urgency: 'Immediate',
    severity: 'Moderate',
    reason: 'people who drive nearby may be stopped now',
  },
  CHECKPOINT: {
    urgency: 'Immediate',
    severity: 'Moderate',
    reason: 'everyone who passes may be stopped now',
  },
  CAMPUS_ENTRY_SOUGHT: {
    urgency: 'Immediate',
    severity: 'Moderate',
    reason: 'entry was asked for, and the school decides now',
  },
  CAMPUS_ENTRY: {
    urgency: 'Immediate',
    severity: 'Severe',
    reason: 'it happens where the children are',
  },
  ARREST: {
    urgency: 'Immediate',
    severity: 'Severe',
    reason: 'somebody lost their liberty, and it may not be over',
  },
  OTHER: {
    urgency: 'Expected',
    severity: 'Minor',
    reason: 'the kind is not known, so nothing more is claimed',
  },
} as const satisfies Record<ActivityName, Assessment>;

/**
 * The CAP facts of one message.
 *
 * ALERT and UPDATE last until `notice.expires`; ALL_CLEAR and RETRACTION last
 * {@link CORRECTION_MINUTES}, or until `context.previous` lapses if that is later.
 *
 * @throws InvalidAlertError naming the field.
 */
export function buildAlert(notice: Notice, context: AlertContext): AlertDraft {
  checkFacts(notice, context);
  checkReferences(notice.kind, context.references);
  return {
    id: context.id,
    incidentId: notice.incidentId,
    kind: notice.kind,
    change: notice.kind === 'UPDATE' ? notice.change : null,
    status: notice.exercise ? 'Exercise' : 'Actual',
    ...assess(notice),
    ...aboutOf(notice, context),
    sent: context.sent,
    expires: expiry(notice, context),
    ends: notice.kind === 'ALL_CLEAR' ? context.sent : null,
    references: [...context.references],
    joined: [...notice.joined],
    schoolId: context.school.id,
    districtId: context.school.districtId,
    radiusMeters: notice.radiusMeters,
  };
}

/** Whether a message ends or withdraws what was told, and says nothing new. */
export const isCorrection = (kind: NoticeKind): boolean =>
  kind === 'ALL_CLEAR' || kind === 'RETRACTION';

function aboutOf({ kind, facts, onset }: Notice, { told, distanceMeters }: AlertContext) {
  if (told && isCorrection(kind))
    return { facts: { ...told.facts }, onset: told.onset, band: told.band };
  return { facts: { ...facts }, onset, band: distanceBand(distanceMeters) };
}

type Verdict = Pick<AlertDraft, 'msgType' | 'urgency' | 'severity' | 'certainty' | 'responseType'>;

function assess({ kind, facts }: Notice): Verdict {
  const { urgency, severity } = ASSESSMENTS[facts.activity];
  const over = { urgency: 'Past', severity: 'Minor' } as const;
  switch (kind) {
    case 'ALERT':
      return {
        msgType: 'Alert',
        urgency,
        severity,
        certainty: 'Observed',
        responseType: 'Monitor',
      };
    case 'UPDATE':
      return {
        msgType: 'Update',
        urgency,
        severity,
        certainty: 'Observed',
        responseType: 'Monitor',
      };
    case 'ALL_CLEAR':
      return { msgType: 'Update', ...over, certainty: 'Observed', responseType: 'AllClear' };
    case 'RETRACTION':
      return { msgType: 'Cancel', ...over, certainty: 'Unlikely', responseType: 'None' };
  }
}

function expiry({ kind, expires }: Notice, { sent, previous }: AlertContext): Date {
  if (isCorrection(kind)) {
    const brief = sent.getTime() + CORRECTION_MINUTES * 60_000;
    return new Date(Math.max(brief, previous?.expires.getTime() ?? 0));
  }
  const minutes = (expires.getTime() - sent.getTime()) / 60_000;
  if (!(minutes > 0)) throw new InvalidAlertError('expires', 'must be later than sent');
  if (minutes > MAX_ALERT_MINUTES) {
    throw new InvalidAlertError('expires', `must be within ${MAX_ALERT_MINUTES} minutes of sent`);
  }
  return expires;
}

function checkReferences(kind: NoticeKind, references: readonly string[]): void {
  if (kind === 'ALERT' && references.length > 0) {
    throw new InvalidAlertError('references', 'must be empty: an Alert is the first message');
  }
  if (kind !== 'ALERT' && references.length === 0) {
    throw new InvalidAlertError('references', 'must name the messages that this one follows');
  }
}

function checkFacts({ kind, change, facts, onset }: Notice, context: AlertContext): void {
  if (Number.isNaN(context.sent.getTime())) throw new InvalidAlertError('sent', 'is not a time');
  if (Number.isNaN(onset.getTime())) throw new InvalidAlertError('onset', 'is not a time');
  if (kind === 'UPDATE' && change === null) {
    throw new InvalidAlertError('change', 'must say why the update is sent');
  }
  if (!Number.isInteger(facts.reports) || facts.reports < 1) {
    throw new InvalidAlertError('facts.reports', 'must be 1 or more');
  }
  for (const field of ['agents', 'vehicles'] as const) {
    const count = facts[field];
    if (count !== null && (!Number.isInteger(count) || count < 0)) {
      throw new InvalidAlertError(`facts.${field}`, 'must be null, zero or a whole number');
    }
  }
  if (!(context.distanceMeters >= 0)) {
    throw new InvalidAlertError('distanceMeters', 'must be zero or more');
  }
}
