import type { Keyring } from '../platform/keyring.js';
import { areaKey, type Area } from './area.js';

declare const live: unique symbol;
declare const drill: unique symbol;

/** What a followed area is stored as: 32 bytes that only the area key turns an area into. */
export type AreaTag = Buffer & { readonly [live]: true };
/**
 * The same for a device that takes part in drills. Another type, another table, and another value:
 * no live row has it, so that a drill's audience cannot become the public's, or the other way round.
 */
export type DrillTag = Buffer & { readonly [drill]: true };

/** Whom a first message is for. The tags may be made when they are first looked at. */
export type Audience =
  | { kind: 'LIVE'; readonly tags: readonly AreaTag[] }
  | { kind: 'DRILL'; readonly tags: readonly DrillTag[] };

/** @param key as {@link areaKey} writes it */
export const tagOfKey = (keyring: Keyring, key: string) => keyring.areaTag(key) as AreaTag;

export const tagOfArea = (keyring: Keyring, area: Area) => tagOfKey(keyring, areaKey(area));

/** From the tag, so that a device can join drills without naming its areas again. */
export const drillTagOf = (keyring: Keyring, tag: AreaTag) =>
  keyring.index('drill', tag) as DrillTag;
