import { localeFinder } from '../platform/locale.js';
import type { AlertDraft } from './alert-builder.js';
import { formatBandDistance } from './distance-band.js';
import { packs, type LocaleMeta, type MessageKey, type Pack } from './message-files.js';
import { graphemeCount, schoolNameFor } from './school-name.js';
import { localTime } from './time-zone.js';

/** The words of a message and what they are about; times are ISO 8601 in UTC. */
export interface UnsignedPayload {
  id: string;
  incidentId: string;
  msgType: AlertDraft['msgType'];
  status: AlertDraft['status'];
  headline: string;
  body: string;
  instruction: string;
  locale: string;
  sent: string;
  expires: string;
  references: string[];
  /** Incidents merged into this one, if any: what a phone shows of them this takes the place of. */
  replaces?: string[];
  url: string;
}

/** What a phone gets, by push and by socket alike. */
export interface AlertPayload extends UnsignedPayload {
  /** Over all the rest: see signature.ts. */
  signature: string;
}

export interface RenderContext {
  schoolName: string;
  /** IANA zone of the school. */
  timeZone: string;
  /** Where the alert can be read. */
  url: string;
}

/** Plaintext of one push message: DESIGN's fixed padding leaves no room for more. */
export const MAX_ALERT_BYTES = 2048;
/** Of these, what the signature takes: its name, the key's id and 64 bytes in base64url. */
const SIGNATURE_BYTES = 128;
const MAX_UNSIGNED_BYTES = MAX_ALERT_BYTES - SIGNATURE_BYTES;

const DEFAULT_LOCALE = 'en';
const HEADLINE_LENGTH = 80;
const SHORTEST_HEADLINE_NAME = 24;
/** Longest school name, in graphemes; the later ones only when the message is too long. */
const NAME_LIMITS = [60, 30, 15];
/** How many merged incidents are named, the latest; fewer only when the message is too long. */
const REPLACED_LIMITS = [8, 3, 0];
/** More cannot fit beside any text. */
const MAX_LATEST_REFERENCES = 50;

/** The locales that have a file, sorted. */
export function supportedLocales(): string[] {
  return [...packs.values()].map(({ meta }) => meta.locale);
}

/** @param locale one of {@link supportedLocales}, or any tag that resolves to one. */
export function localeMeta(locale: string): Readonly<LocaleMeta> {
  return packOf(locale).meta;
}

/**
 * The supported locale nearest to a BCP 47 tag: es-MX → es, zh-TW → zh-Hans where there is no zh-Hant;
 * what is unknown or malformed → en.
 */
export function resolveLocale(tag: string): string {
  return packOf(tag).meta.locale;
}

/** The first of these tags that a supported locale is near to; English when none is. */
export function firstSupported(tags: readonly string[]): string {
  const found = tags.map((tag) => nearestPack(tag)).find((tag) => tag !== undefined);
  return packs.get(found ?? DEFAULT_LOCALE)!.meta.locale;
}

/** Of the same message in some locales, the one nearest to a BCP 47 tag; else in English. */
export function nearestPayload(payloads: AlertPayload[], tag: string): AlertPayload {
  const wanted = localeFinder(payloads.map(({ locale }) => locale))(tag) ?? DEFAULT_LOCALE;
  return payloads.find(({ locale }) => locale === wanted) ?? payloads[0]!;
}

/** The locales in which a message for this BCP 47 tag may have been issued. */
export function localesNear(tag: string): string[] {
  return [...new Set([resolveLocale(tag), DEFAULT_LOCALE])];
}

const nearestPack = localeFinder(packs.keys());

function packOf(tag: string): Pack {
  return packs.get(nearestPack(tag) ?? DEFAULT_LOCALE)!;
}

/**
 * The words of a draft in one locale.
 *
 * @param locale any BCP 47 tag; the answer carries the one it resolved to.
 * @throws RangeError when `url` or the identifiers are so long that no text fits beside them, or
 *   `timeZone` is no IANA zone.
 */
export function renderAlert(
  draft: AlertDraft,
  locale: string,
  context: RenderContext,
): UnsignedPayload {
  const pack = packOf(locale);
  const limits = REPLACED_LIMITS.flatMap((merged) => NAME_LIMITS.map((name) => ({ merged, name })));
  for (const limit of limits) {
    const replaces = limit.merged ? draft.joined.slice(-limit.merged) : [];
    const payload = {
      id: draft.id,
      incidentId: draft.incidentId,
      msgType: draft.msgType,
      status: draft.status,
      ...writeTexts(pack, draft, context, limit.name),
      locale: pack.meta.locale,
      sent: draft.sent.toISOString(),
      expires: draft.expires.toISOString(),
      references: [...draft.references],
      ...(replaces.length > 0 && { replaces }),
      url: context.url,
    };
    const fitted = fitReferences(payload);
    if (fitted) return fitted;
  }
  throw new RangeError(`an alert must fit ${MAX_UNSIGNED_BYTES} bytes without its signature`);
}

/** UTF-8 bytes of the payload as JSON. */
export function payloadBytes(payload: UnsignedPayload): number {
  return Buffer.byteLength(JSON.stringify(payload));
}

/** Keeps the first reference and as many of the latest as fit; null when not even the two do. */
function fitReferences(payload: UnsignedPayload): UnsignedPayload | null {
  const [first, ...rest] = payload.references;
  if (first === undefined) return payloadBytes(payload) <= MAX_UNSIGNED_BYTES ? payload : null;
  const latest = rest.slice(-MAX_LATEST_REFERENCES);
  do {
    const fitted = { ...payload, references: [first, ...latest] };
    if (payloadBytes(fitted) <= MAX_UNSIGNED_BYTES) return fitted;
    latest.shift();
  } while (latest.length > 0);
  return null;
}

type Texts = Pick<UnsignedPayload, 'headline' | 'body' | 'instruction'>;

/** The name is shortened once more for the headline, of which a phone shows one line or two. */
function writeTexts(pack: Pack, draft: AlertDraft, context: RenderContext, limit: number): Texts {
  const write = (length: number) => {
    const school = schoolNameFor(context.schoolName, pack.meta.direction, length);
    return { school, texts: writeWith(pack, draft, school, context.timeZone) };
  };
  const { school, texts } = write(limit);
  const excess = graphemeCount(texts.headline) - HEADLINE_LENGTH;
  if (excess <= 0) return texts;
  const shorter = Math.max(graphemeCount(school) - excess, SHORTEST_HEADLINE_NAME);
  return { ...texts, headline: write(Math.min(shorter, limit)).texts.headline };
}

function writeWith(pack: Pack, draft: AlertDraft, school: string, timeZone: string): Texts {
  const { facts, kind, change, band } = draft;
  const say = (key: MessageKey, values: Record<string, string | number | null>) =>
    String(pack.formats[key].format(values)).replace(/ {2,}/g, ' ').trim();

  const clock = (at: Date) =>
    localTime(pack.formatLocale, timeZone, at, draft.sent, pack.meta.calendar);
  const distance = formatBandDistance(band, pack.meta.units, pack.formatLocale);
  const who = say('who', { agency: facts.agency });
  const place = say('place', { band, school, distance });
  const values = {
    change,
    school,
    place,
    who,
    subject: say('subject', { agency: facts.agency }),
    hazard: say('hazard', { activity: facts.activity, who, place }),
    size: say('size', sizeOf(facts)),
    source: say('source', { reports: facts.reports }),
    rights: say('rights', {}),
    time: clock(draft.onset),
    until: clock(draft.expires),
    confirmed: clock(draft.sent),
  };
  const mark = say('drill.mark', {});
  const part = (name: keyof Texts) => {
    const text = say(`${name}.${kind}`, values);
    return draft.status === 'Exercise' ? say(`drill.${name}`, { mark, text }) : text;
  };
  return { headline: part('headline'), body: part('body'), instruction: part('instruction') };
}

/** A count of zero is told as nothing: somebody was there, or there would be no alert. */
function sizeOf({ agents, vehicles }: AlertDraft['facts']) {
  const told = { agents: agents ?? 0, vehicles: vehicles ?? 0 };
  if (told.agents && told.vehicles) return { size: 'both', ...told };
  return { size: told.agents ? 'agents' : told.vehicles ? 'vehicles' : 'none', ...told };
}
