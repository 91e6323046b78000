import { MAX_RADIUS_METERS, MIN_RADIUS_METERS } from '../alerts/audience.js';
import { BadInput } from '../platform/errors.js';

export const DEFAULT_RADIUS_METERS = 1_500;
export const DEFAULT_MINUTES = 60;
export const MAX_MINUTES = 240;

/** @throws BadInput outside 500 to 5,000 meters. */
export function checkedRadius(meters: number | null | undefined): number {
  const radius = meters ?? DEFAULT_RADIUS_METERS;
  if (Number.isInteger(radius) && radius >= MIN_RADIUS_METERS && radius <= MAX_RADIUS_METERS)
    return radius;
  throw new BadInput({
    field: 'radiusMeters',
    message: `must be from ${MIN_RADIUS_METERS} to ${MAX_RADIUS_METERS}`,
  });
}

/** The moment an alert lapses unless it is confirmed. @throws BadInput outside 1 to 240 minutes. */
export function expiryAfter(now: Date, minutes: number | null | undefined): Date {
  const asked = minutes ?? DEFAULT_MINUTES;
  if (Number.isInteger(asked) && asked >= 1 && asked <= MAX_MINUTES)
    return new Date(now.getTime() + asked * 60_000);
  throw new BadInput({
    field: 'expiresInMinutes',
    message: `must be from 1 to ${MAX_MINUTES} minutes`,
  });
}

/**
 * The moment an alert lapses after an update: never sooner than families were told, for a phone that
 * is off meanwhile would go on showing the earlier message.
 * @param current when it lapses as it is
 * @param minutes as asked for; without them {@link DEFAULT_MINUTES}, or `current` if that is later
 * @throws BadInput outside 1 to 240 minutes, and when what is asked for is sooner than `current`.
 */
export function prolonged(now: Date, current: Date, minutes: number | null | undefined): Date {
  const expires = expiryAfter(now, minutes);
  if (expires >= current) return expires;
  if (minutes == null) return current;
  const left = Math.ceil((current.getTime() - now.getTime()) / 60_000);
  throw new BadInput({
    field: 'expiresInMinutes',
    message: `must be ${left} or more: families were told that it holds so long; clear it when it is over sooner`,
  });
}

/** Dispatchers are warned this long before an alert lapses. */
export const WARNING_MINUTES = 10;

/** When they are warned: a short alert leaves at least half of its time before that. */
export function warningAt(now: Date, expires: Date): Date {
  const early = expires.getTime() - WARNING_MINUTES * 60_000;
  return new Date(Math.max(early, (now.getTime() + expires.getTime()) / 2));
}
