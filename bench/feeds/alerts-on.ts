import type { Crew } from '../../test/support/crew.js';

const APART_DEGREES = 0.03;

/** So many alerts that are on, each at a place of its own; answers their incidents. */
export async function raise(crew: Crew, alerts: number): Promise<string[]> {
  const incidents: string[] = [];
  for (let index = 0; index < alerts; index++) {
    const location = { latitude: 28.3 + index * APART_DEGREES, longitude: -81.4 };
    const verification = { expiresInMinutes: 240 };
    incidents.push((await crew.alert({ location }, verification)).incidentId);
  }
  return incidents;
}
