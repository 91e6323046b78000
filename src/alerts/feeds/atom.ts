import type { AlertPayload } from '../messages.js';
import { areaWords } from './area-words.js';
import { CAP_NAMESPACE, isReviewed, valuePairs } from './cap-xml.js';
import {
  UnreadableFeed,
  factParameters,
  idOf,
  payloadFrom,
  payloadParameters,
  requireSame,
  timeOf,
} from './payload-parameters.js';
import {
  CATEGORY,
  EVENT,
  capTime,
  capUrl,
  identifierOf,
  payloadIn,
  senderNameOf,
  type PublishedAlert,
  type Site,
} from './published-alert.js';
import { readXml, writeXml, type ReadElement, type XmlElement } from './xml.js';

const ATOM_NAMESPACE = 'http://www.w3.org/2005/Atom';

/** What a feed says of itself. */
export interface FeedFacts {
  title: string;
  /** The feed's own address, with its filters. */
  self: string;
  /** Of the texts; a message that is not there in it is told in English. */
  locale: string;
  /** When it last changed. */
  updated: Date;
}

/** Messages as an Atom feed (RFC 4287), with the CAP elements that feeds of weather alerts have. */
export function atomFeed(alerts: readonly PublishedAlert[], feed: FeedFacts, site: Site): string {
  return writeXml({
    feed: {
      '@_xmlns': ATOM_NAMESPACE,
      '@_xmlns:cap': CAP_NAMESPACE,
      '@_xml:lang': feed.locale,
      id: feed.self,
      title: feed.title,
      updated: feed.updated.toISOString(),
      author: { name: senderNameOf(site), uri: site.publicUrl },
      generator: 'Campana',
      link: [{ '@_rel': 'self', '@_type': 'application/atom+xml', '@_href': feed.self }],
      entry: alerts.map((published) => entry(published, feed.locale, site)),
    },
  });
}

function entry(published: PublishedAlert, locale: string, site: Site): XmlElement {
  const { alert, school, district } = published;
  const payload = payloadIn(published, locale);
  return {
    '@_xml:lang': payload.locale,
    id: identifierOf(alert.id),
    title: payload.headline,
    updated: payload.sent,
    published: payload.sent,
    link: [
      { '@_rel': 'alternate', '@_type': 'text/html', '@_href': payload.url },
      {
        '@_rel': 'related',
        '@_type': 'application/cap+xml',
        '@_href': capUrl(site, alert.id),
      },
    ],
    content: { '@_type': 'text', '#text': shown(payload) },
    'cap:event': EVENT,
    'cap:sent': capTime(alert.sent),
    'cap:effective': capTime(alert.sent),
    'cap:onset': capTime(alert.onset),
    'cap:expires': capTime(alert.expires),
    'cap:status': alert.status,
    'cap:msgType': alert.msgType,
    'cap:category': CATEGORY,
    'cap:responseType': alert.responseType,
    'cap:urgency': alert.urgency,
    'cap:severity': alert.severity,
    'cap:certainty': alert.certainty,
    'cap:description': payload.body,
    'cap:instruction': payload.instruction,
    'cap:areaDesc': areaWords(published, payload.locale),
    'cap:geocode': valuePairs(
      [
        ['NCESSCH', school.id],
        ['LEAID', district.id],
      ],
      'cap:',
    ),
    'cap:parameter': valuePairs(
      [...payloadParameters(payload), ...factParameters(published, isReviewed(payload.locale))],
      'cap:',
    ),
  };
}

/** What a feed reader shows below the title. */
const shown = ({ body, instruction }: Pick<AlertPayload, 'body' | 'instruction'>) =>
  `${body}\n\n${instruction}`;

/** Every element that {@link atomFeed} writes below the first, and their attributes. */
const NAMES: ReadonlySet<string> = new Set([
  ...['id', 'title', 'updated', 'author', 'name', 'uri', 'generator', 'link', 'entry'],
  ...['published', 'content', 'cap:event', 'cap:sent', 'cap:effective', 'cap:onset', 'cap:expires'],
  ...['cap:status', 'cap:msgType', 'cap:category', 'cap:responseType', 'cap:urgency'],
  ...['cap:severity', 'cap:certainty', 'cap:description', 'cap:instruction', 'cap:areaDesc'],
  ...['cap:geocode', 'cap:parameter', 'cap:valueName', 'cap:value'],
  ...['@_xml:lang', '@_rel', '@_type', '@_href'],
]);
const FEED_ATTRIBUTES: ReadonlySet<string> = new Set(['@_xmlns', '@_xmlns:cap', '@_xml:lang']);

/**
 * The payloads in a feed of {@link atomFeed}, exactly as they were signed.
 * @throws UnreadableFeed when the file is not one, or contradicts what was signed.
 */
export function payloadsOfAtom(xml: string): AlertPayload[] {
  const feed = readXml(xml, 'feed', ATOM_NAMESPACE);
  feed.requireOnly(NAMES, FEED_ATTRIBUTES);
  requireSame('namespace', feed.attribute('xmlns:cap') ?? '', CAP_NAMESPACE);
  return feed.all('entry').map(payloadOfEntry);
}

function payloadOfEntry(entry: ReadElement): AlertPayload {
  const [page, ...others] = entry
    .all('link')
    .filter((link) => link.attribute('rel') !== 'related')
    .map((link) => link.attribute('href'));
  if (others.length > 0) throw new UnreadableFeed('there must be one page');
  const payload = payloadFrom(
    {
      id: idOf(entry.text('id')),
      msgType: entry.text('cap:msgType') as AlertPayload['msgType'],
      status: entry.text('cap:status') as AlertPayload['status'],
      headline: entry.text('title'),
      body: entry.text('cap:description'),
      instruction: entry.text('cap:instruction'),
      url: page ?? '',
    },
    entry.pairs('cap:parameter', 'cap:'),
  );
  requireSame('content', entry.text('content'), shown(payload));
  requireSame('updated', entry.text('updated'), payload.sent);
  requireSame('published', entry.text('published'), payload.sent);
  requireSame('event', entry.text('cap:event'), EVENT);
  requireSame('sent', entry.text('cap:sent'), capTime(timeOf(payload.sent)));
  requireSame('expires', entry.text('cap:expires'), capTime(timeOf(payload.expires)));
  return payload;
}
