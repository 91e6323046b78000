import type { AudienceName } from './resource.js';

/**
 * Where a district’s kit is: an address that stays, and always shows what holds on the day it is opened.
 * @param publicUrl without a slash at the end.
 */
export const kitUrl = (
  publicUrl: string,
  districtId: string,
  locale: string,
  audience: AudienceName = 'FAMILIES',
): string =>
  `${publicUrl}/kits/${districtId}?locale=${encodeURIComponent(locale)}${audience === 'FAMILIES' ? '' : `&audience=${audience}`}`;
