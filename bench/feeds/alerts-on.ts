import type { Crew } from '../../test/support/crew.js';

const APART_DEGREES = 0.03;

/** Where alerts are on. */
export const RAISED = Array.from({ length: 10 }, (_, index) => ({
  latitude: 28.3 + index * APART_DEGREES,
  longitude: -81.4,
}));

/** Ten alerts that are on, each at a place of its own; answers their incidents. */
export async function raise(crew: Crew): Promise<string[]> {
  const incidents: string[] = [];
  for (const location of RAISED) {
    const verification = { expiresInMinutes: 240 };
    incidents.push((await crew.alert({ location }, verification)).incidentId);
  }
  return incidents;
}
