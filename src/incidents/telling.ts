import type { NoticeFacts } from '../alerts/notice.js';
import type { Picture } from './sighting.js';

/** What the public is told of an incident, as it stands when somebody decides. */
export interface Telling {
  facts: NoticeFacts;
  place: { latitude: number; longitude: number };
  onset: Date;
}

/** @param independent how many independent people saw it themselves */
export function tellingOf(picture: Picture, independent: number): Telling {
  const { activity, agency, agents, vehicles, latitude, longitude } = picture;
  return {
    facts: { activity, agency, agents, vehicles, reports: Math.max(1, independent) },
    place: { latitude, longitude },
    onset: picture.firstObservedAt,
  };
}

/** A telling as a proposal keeps it. */
export type FrozenTelling = Omit<Telling, 'onset'> & { onset: string };

export const frozen = (telling: Telling): FrozenTelling => ({
  ...telling,
  onset: telling.onset.toISOString(),
});
export const thawed = (telling: FrozenTelling): Telling => ({
  ...telling,
  onset: new Date(telling.onset),
});
