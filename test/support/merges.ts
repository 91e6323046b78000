import { ask } from './graphql.js';
import type { Person } from './staff.js';

export const MERGE = `mutation ($input: MergeIncidentsInput!) {
  mergeIncidents(input: $input) { id state alerts { id } reports { id } }
}`;
export const SPLIT = `mutation ($input: SplitIncidentInput!) {
  splitIncident(input: $input) { id state expiresAt reports { id } mergedInto { id } }
}`;
const REPORTS = `query ($id: ID!) { incident(id: $id) { reports { id } } }`;

export async function merge(url: string, who: Person, fromId: string, intoId: string) {
  const { mergeIncidents } = await ask(url, MERGE, { input: { fromId, intoId } }, who.token);
  return mergeIncidents as { id: string; state: string };
}

/** Splits reports off; answers the incident they have now. */
export async function split(url: string, who: Person, incidentId: string, reportIds: string[]) {
  const { splitIncident } = await ask(url, SPLIT, { input: { incidentId, reportIds } }, who.token);
  return splitIncident as { id: string; state: string; expiresAt: string | null };
}

/** The reports an incident has now, oldest first. */
export async function reportsOf(url: string, who: Person, id: string): Promise<string[]> {
  const { incident } = await ask(url, REPORTS, { id }, who.token);
  return incident.reports.map((report: { id: string }) => report.id);
}
