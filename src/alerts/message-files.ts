import { readPacks, type MessagePack, type PackMeta } from '../platform/message-packs.js';
import type { Units } from './distance-band.js';
import type { Calendar } from './time-zone.js';

/** Every text that a locale file must have. */
export const MESSAGE_KEYS = [
  'subject',
  'who',
  'place',
  'hazard',
  'size',
  'source',
  'rights',
  'headline.ALERT',
  'headline.UPDATE',
  'headline.ALL_CLEAR',
  'headline.RETRACTION',
  'body.ALERT',
  'body.UPDATE',
  'body.ALL_CLEAR',
  'body.RETRACTION',
  'instruction.ALERT',
  'instruction.UPDATE',
  'instruction.ALL_CLEAR',
  'instruction.RETRACTION',
  'drill.mark',
  'drill.headline',
  'drill.body',
  'drill.instruction',
] as const;
export type MessageKey = (typeof MESSAGE_KEYS)[number];

/** The `meta` of a locale file. */
export interface LocaleMeta extends PackMeta {
  units: Units;
  /** Only for a language that Intl does not know. */
  calendar?: Calendar;
}

/** One locale file, parsed. */
export type Pack = MessagePack<MessageKey, LocaleMeta>;

const FOLDER = new URL('./messages/', import.meta.url);

/** Every file of `messages/`: to add a locale is to add a file. */
export const packs: ReadonlyMap<string, Pack> = readPacks<MessageKey, LocaleMeta>(
  FOLDER,
  MESSAGE_KEYS,
);
