import { FORGET_HOURS } from '../delivery/forgetting.js';

export const minutesBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 60_000;

/** When the record of who was told is destroyed: a correction finds nobody any more. */
export const forgottenAt = (endedAt: Date) =>
  new Date(endedAt.getTime() + FORGET_HOURS * 3_600_000);
