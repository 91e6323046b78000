import type { AlertPayload } from '../messages.js';
import { outerEdgeMeters } from '../distance-band.js';
import { localeMeta } from '../messages.js';
import { kitUrl } from '../../resources/kit-url.js';
import { areaWords } from './area-words.js';
import {
  factParameters,
  idOf,
  payloadFrom,
  payloadParameters,
  requireSame,
  timeOf,
} from './payload-parameters.js';
import {
  AUDIENCE,
  CATEGORY,
  EVENT,
  SCOPE,
  capTime,
  identifierOf,
  payloadIn,
  referenced,
  senderNameOf,
  senderOf,
  type PublishedAlert,
  type Site,
} from './published-alert.js';
import { readXml, writeXml, type XmlElement } from './xml.js';

export const CAP_NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';

/** An address that stays while the kit behind it is revised, since copies of this file stay as they are. */
const KIT = 'Know your rights, and what to do: the action kit of the district';

const SOURCE = 'Reports of trained observers, verified before they are told';

/** Whether a native reader has signed a locale off. */
export type IsReviewed = (locale: string) => boolean;
export const isReviewed: IsReviewed = (locale) => localeMeta(locale).reviewed;

/**
 * One message as CAP 1.2 XML, with an `info` for every reviewed locale; while there is none, English
 * alone, and its parameter "reviewed" says "false".
 *
 * The rules of the IPAWS profile hold as far as they apply to a sender that is no alerting authority:
 * there is no IPAWS `code` and no SAME `eventCode` or geocode.
 */
export function capXml(
  published: PublishedAlert,
  site: Site,
  reviewed: IsReviewed = isReviewed,
): string {
  const { alert } = published;
  return writeXml({
    alert: {
      '@_xmlns': CAP_NAMESPACE,
      identifier: identifierOf(alert.id),
      sender: senderOf(site),
      sent: capTime(alert.sent),
      status: alert.status,
      msgType: alert.msgType,
      source: SOURCE,
      scope: SCOPE,
      note: noteOf(alert),
      references: referencesOf(published, site),
      incidents: alert.incidentId,
      info: toldPayloads(published, reviewed).map((payload) =>
        info(published, payload, site, reviewed(payload.locale)),
      ),
    },
  });
}

function toldPayloads(published: PublishedAlert, reviewed: IsReviewed): AlertPayload[] {
  const signedOff = Object.values(published.payloads).filter(({ locale }) => reviewed(locale));
  return signedOff.length > 0 ? signedOff : [payloadIn(published, 'en')];
}

/** CAP asks a note of exercises and of cancellations. */
function noteOf(
  message: Pick<AlertPayload, 'status' | 'msgType' | 'incidentId'>,
): string | undefined {
  const notes = [
    ...(message.status === 'Exercise'
      ? [`Exercise ${message.incidentId}: practice; nothing described here is happening.`]
      : []),
    ...(message.msgType === 'Cancel' ? ['The earlier message was wrong and is withdrawn.'] : []),
  ];
  return notes.length > 0 ? notes.join(' ') : undefined;
}

/** "sender,identifier,sent" of each, parted by spaces. */
function referencesOf(published: PublishedAlert, site: Site): string | undefined {
  const triplets = referenced(published).map(({ id, sent }) =>
    [senderOf(site), identifierOf(id), capTime(sent)].join(','),
  );
  return triplets.length > 0 ? triplets.join(' ') : undefined;
}

function info(
  published: PublishedAlert,
  payload: AlertPayload,
  site: Site,
  reviewed: boolean,
): XmlElement {
  const { alert } = published;
  return {
    language: payload.locale,
    category: CATEGORY,
    event: EVENT,
    responseType: alert.responseType,
    urgency: alert.urgency,
    severity: alert.severity,
    certainty: alert.certainty,
    audience: AUDIENCE,
    effective: capTime(alert.sent),
    onset: capTime(alert.onset),
    expires: capTime(alert.expires),
    senderName: senderNameOf(site),
    headline: payload.headline,
    description: payload.body,
    instruction: payload.instruction,
    web: payload.url,
    parameter: valuePairs([...payloadParameters(payload), ...factParameters(published, reviewed)]),
    resource: {
      resourceDesc: KIT,
      mimeType: 'text/html',
      uri: kitUrl(siteOf(payload), published.district.id, payload.locale),
    },
    area: area(published, payload.locale),
  };
}

/** The school and the distance from it. BEYOND has no outer edge, so there is nothing to draw. */
function area(published: PublishedAlert, locale: string): XmlElement {
  const { alert, school, district } = published;
  const meters = outerEdgeMeters(alert.band);
  return {
    areaDesc: areaWords(published, locale),
    circle: meters === null ? undefined : `${place(school)} ${meters / 1_000}`,
    geocode: valuePairs([
      ['NCESSCH', school.id],
      ['LEAID', district.id],
    ]),
  };
}

const place = ({ latitude, longitude }: { latitude: number; longitude: number }) =>
  `${decimal(latitude)},${decimal(longitude)}`;

/** Degrees without an exponent. */
const decimal = (degrees: number) => String(Number(degrees.toFixed(6)));

/** Pairs as CAP writes them; `prefix` names the namespace where it is not the default one. */
export const valuePairs = (pairs: readonly (readonly [string, string])[], prefix = '') =>
  pairs.map(([name, value]) => ({ [`${prefix}valueName`]: name, [`${prefix}value`]: value }));

/** Every element that {@link capXml} writes below the first. */
const ELEMENTS: ReadonlySet<string> = new Set([
  ...['identifier', 'sender', 'sent', 'status', 'msgType', 'source', 'scope', 'note', 'references'],
  ...['incidents', 'info', 'language', 'category', 'event', 'responseType', 'urgency', 'severity'],
  ...['certainty', 'audience', 'effective', 'onset', 'expires', 'senderName', 'headline'],
  ...['description', 'instruction', 'web', 'parameter', 'area', 'areaDesc', 'circle', 'geocode'],
  ...['valueName', 'value', 'resource', 'resourceDesc', 'mimeType', 'uri'],
]);

/**
 * The payloads in a file of {@link capXml}, one for each `info`, exactly as they were signed.
 * @throws UnreadableFeed when the file is not one, or contradicts what was signed.
 */
export function payloadsOfCap(xml: string): AlertPayload[] {
  const alert = readXml(xml, 'alert', CAP_NAMESPACE);
  alert.requireOnly(ELEMENTS, new Set(['@_xmlns']));
  return alert.all('info').map((told) => {
    const payload = payloadFrom(
      {
        id: idOf(alert.text('identifier')),
        msgType: alert.text('msgType') as AlertPayload['msgType'],
        status: alert.text('status') as AlertPayload['status'],
        headline: told.text('headline'),
        body: told.text('description'),
        instruction: told.text('instruction'),
        url: told.text('web'),
      },
      told.pairs('parameter'),
    );
    requireSame('sent', alert.text('sent'), capTime(timeOf(payload.sent)));
    requireSame('expires', told.text('expires'), capTime(timeOf(payload.expires)));
    requireSame('incidents', alert.text('incidents'), payload.incidentId);
    requireSame('language', told.text('language'), payload.locale);
    requireSame('event', told.text('event'), EVENT);
    requireSame('effective', told.text('effective'), capTime(timeOf(payload.sent)));
    for (const resource of told.all('resource')) requireKit(resource.text('uri'), payload);
    for (const note of alert.all('note')) requireSame('note', note.ownText, noteOf(payload) ?? '');
    return payload;
  });
}

/** The link is not signed: it may lead to a kit of the network that signed the rest, and nowhere else. */
function requireKit(uri: string, payload: AlertPayload): void {
  const [, district] = /\/kits\/(\d{7})\?/.exec(uri) ?? [];
  requireSame('resource', uri, kitUrl(siteOf(payload), district ?? '', payload.locale));
}

/** The site that issued it, without a slash at the end. */
const siteOf = ({ url }: AlertPayload) => url.slice(0, Math.max(0, url.lastIndexOf('/alerts/')));
