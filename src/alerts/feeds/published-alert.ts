import type { AlertDraft } from '../alert-builder.js';
import type { CapCategory } from '../cap.js';
import type { AlertPayload } from '../messages.js';

/** An earlier message of the incident. */
export interface EarlierMessage {
  id: string;
  sent: Date;
  expires: Date;
}

/** The nearest school: its public place, which is all that is told of where something is. */
export interface PublishedSchool {
  id: string;
  name: string;
  city: string;
  state: string;
  latitude: number;
  longitude: number;
}

/** One message as every format tells it. Where it was seen, and how far it was told, is not here. */
export interface PublishedAlert {
  alert: Pick<
    AlertDraft,
    | 'id'
    | 'incidentId'
    | 'kind'
    | 'status'
    | 'msgType'
    | 'urgency'
    | 'severity'
    | 'certainty'
    | 'responseType'
    | 'onset'
    | 'sent'
    | 'expires'
    | 'ends'
    | 'band'
    | 'facts'
  >;
  /** Oldest first. */
  earlier: readonly EarlierMessage[];
  school: PublishedSchool;
  district: { id: string; name: string };
  /** What phones got, by locale. */
  payloads: Readonly<Record<string, AlertPayload>>;
}

/** Where the service is reached, without a slash at the end: "https://alerts.example.org". */
export interface Site {
  publicUrl: string;
}

/** The same in every message and every language, as the profile of IPAWS asks. */
export const EVENT = 'Reported immigration enforcement activity near a school';

/**
 * CAP has Security for the work of law enforcement and Safety for general public safety. These
 * messages are about families' arrival, pickup and rights; they warn of no crime and no attack, which
 * is what receivers take Security for.
 */
export const CATEGORY = 'Safety' satisfies CapCategory;

export const SCOPE = 'Public';
export const AUDIENCE = 'Families and staff of the school, and people nearby';

/** CAP `identifier`: a URI, without the spaces, commas, "<" and "&" that CAP forbids. */
export const identifierOf = (id: string): string => `urn:uuid:${id}`;

/** CAP `sender`: the host that families know, "alerts.example.org". */
export const senderOf = ({ publicUrl }: Site): string => new URL(publicUrl).hostname;

export const senderNameOf = (site: Site): string => `Campana alert network, ${senderOf(site)}`;

export const pageUrl = ({ publicUrl }: Site, id: string): string => `${publicUrl}/alerts/${id}`;

export const capUrl = (site: Site, id: string): string => `${pageUrl(site, id)}.cap`;

/** CAP refuses "Z" and fractions: whole seconds, and UTC as "-00:00". */
export const capTime = (at: Date): string => `${at.toISOString().slice(0, 19)}-00:00`;

/**
 * The messages that an Update or Cancel names: all that had not expired when it was sent. When every
 * one had, the latest, so that no correction is left without what it corrects.
 */
export function referenced({ alert, earlier }: PublishedAlert): readonly EarlierMessage[] {
  const unexpired = earlier.filter(({ expires }) => expires > alert.sent);
  return unexpired.length > 0 ? unexpired : earlier.slice(-1);
}

/** What phones got in this locale, else in English, else in any. */
export function payloadIn({ payloads }: PublishedAlert, locale: string): AlertPayload {
  return payloads[locale] ?? payloads.en ?? Object.values(payloads)[0]!;
}
