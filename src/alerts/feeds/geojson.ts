import type { AlertPayload } from '../messages.js';
import { areaWords } from './area-words.js';
import type { FeedFacts } from './atom.js';
import { isReviewed } from './cap-xml.js';
import {
  UnreadableFeed,
  factParameters,
  idOf,
  payloadFrom,
  payloadParameters,
  requireSame,
  type Parameter,
} from './payload-parameters.js';
import {
  CATEGORY,
  EVENT,
  SCOPE,
  identifierOf,
  pageUrl,
  payloadIn,
  referenced,
  senderNameOf,
  senderOf,
  type PublishedAlert,
  type Site,
} from './published-alert.js';

/** Messages as GeoJSON (RFC 7946), with the names that the alerts API of the weather service has. */
export function geoJsonFeed(
  alerts: readonly PublishedAlert[],
  feed: FeedFacts,
  site: Site,
): string {
  return JSON.stringify({
    type: 'FeatureCollection',
    title: feed.title,
    updated: feed.updated.toISOString(),
    features: alerts.map((published) => feature(published, feed.locale, site)),
  });
}

function feature(published: PublishedAlert, locale: string, site: Site) {
  const { alert, school } = published;
  return {
    id: pageUrl(site, alert.id),
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [school.longitude, school.latitude] },
    properties: properties(published, payloadIn(published, locale), site),
  };
}

function properties(published: PublishedAlert, payload: AlertPayload, site: Site) {
  const { alert, school, district } = published;
  return {
    '@id': pageUrl(site, alert.id),
    '@type': 'cap:Alert',
    id: identifierOf(alert.id),
    areaDesc: areaWords(published, payload.locale),
    geocode: { NCESSCH: [school.id], LEAID: [district.id] },
    affectedDistricts: [`${site.publicUrl}/alerts.geojson?district=${district.id}`],
    references: referenced(published).map(({ id, sent }) => ({
      '@id': pageUrl(site, id),
      identifier: identifierOf(id),
      sender: senderOf(site),
      sent: sent.toISOString(),
    })),
    sent: payload.sent,
    effective: payload.sent,
    onset: alert.onset.toISOString(),
    expires: payload.expires,
    ends: alert.ends?.toISOString() ?? null,
    status: alert.status,
    messageType: alert.msgType,
    category: CATEGORY,
    severity: alert.severity,
    certainty: alert.certainty,
    urgency: alert.urgency,
    event: EVENT,
    sender: senderOf(site),
    senderName: senderNameOf(site),
    headline: payload.headline,
    description: payload.body,
    instruction: payload.instruction,
    response: alert.responseType,
    scope: SCOPE,
    language: payload.locale,
    web: payload.url,
    parameters: Object.fromEntries(
      [...payloadParameters(payload), ...factParameters(published, isReviewed(payload.locale))].map(
        ([name, value]) => [name, [value]],
      ),
    ),
  };
}

/** Every member of properties that {@link geoJsonFeed} writes. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...['@id', '@type', 'id', 'areaDesc', 'geocode', 'affectedDistricts', 'references', 'sent'],
  ...['effective', 'onset', 'expires', 'ends', 'status', 'messageType', 'category', 'severity'],
  ...['certainty', 'urgency', 'event', 'sender', 'senderName', 'headline', 'description'],
  ...['instruction', 'response', 'scope', 'language', 'web', 'parameters'],
]);

const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * The payloads in a feed of {@link geoJsonFeed}, exactly as they were signed.
 * @throws UnreadableFeed when the text is not one, or contradicts what was signed.
 */
export function payloadsOfGeoJson(text: string): AlertPayload[] {
  if (text.length > MAX_CHARACTERS) throw new UnreadableFeed('the file is too large');
  const features = record(parsed(text)).features;
  if (!Array.isArray(features)) throw new UnreadableFeed('the file is no FeatureCollection');
  return features.map((one) => payloadOf(record(record(one).properties)));
}

function payloadOf(told: Record<string, unknown>): AlertPayload {
  if (Object.keys(told).some((name) => !MEMBERS.has(name)))
    throw new UnreadableFeed('the file says more than Campana writes');
  const text = (name: string) => {
    const value = told[name];
    if (typeof value !== 'string') throw new UnreadableFeed(`"${name}" is no text`);
    return value;
  };
  const payload = payloadFrom(
    {
      id: idOf(text('id')),
      msgType: text('messageType') as AlertPayload['msgType'],
      status: text('status') as AlertPayload['status'],
      headline: text('headline'),
      body: text('description'),
      instruction: text('instruction'),
      url: text('web'),
    },
    Object.entries(record(told.parameters)).map(parameter),
  );
  requireSame('sent', text('sent'), payload.sent);
  requireSame('expires', text('expires'), payload.expires);
  requireSame('language', text('language'), payload.locale);
  requireSame('event', text('event'), EVENT);
  requireSame('effective', text('effective'), payload.sent);
  return payload;
}

function parameter([name, values]: [string, unknown]): Parameter {
  const [value, ...more] = Array.isArray(values) ? (values as unknown[]) : [];
  if (typeof value !== 'string' || more.length > 0)
    throw new UnreadableFeed(`the parameter "${name}" is no list of one text`);
  return [name, value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableFeed('the file is not JSON');
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new UnreadableFeed('the file is no feed of Campana');
}
