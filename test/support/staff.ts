import { randomUUID } from 'node:crypto';
import { ask } from './graphql.js';
import { ACCEPT_INVITE, FILE_REPORT, INVITE_STAFF } from './operations.js';

export interface Person {
  id: string;
  token: string;
}

/** Accepts an invite link as whoever got it would. */
export async function accept(url: string, link: string, displayName: string): Promise<Person> {
  const token = link.split('/invite/')[1]!;
  const { acceptInvite } = await ask(url, ACCEPT_INVITE, { input: { token, displayName } });
  return { id: acceptInvite.staff.id, token: acceptInvite.token };
}

/** Invites somebody and accepts for them. */
export async function hire(
  url: string,
  inviter: Person,
  role: 'RESPONDER' | 'DISPATCHER' | 'ANALYST' | 'ADMIN',
  organization = 'Comité Latino',
  certifiedUntil?: string,
): Promise<Person> {
  const input = { role, organization, certifiedUntil };
  const { inviteStaff } = await ask(url, INVITE_STAFF, { input }, inviter.token);
  return accept(url, inviteStaff.url, `${role} ${randomUUID().slice(0, 4)}`);
}

/** Schools of the shipped slice that lie far enough apart to be different stories. */
export const PLACES = {
  kissimmee: { latitude: 28.2919, longitude: -81.4076 },
  orlando: { latitude: 28.5384, longitude: -81.3789 },
  apopka: { latitude: 28.6781, longitude: -81.5118 },
} as const;

export type ReportChange = Record<string, unknown>;

export const reportInput = (change: ReportChange = {}) => ({
  id: randomUUID(),
  observedAt: new Date().toISOString(),
  location: PLACES.kissimmee,
  vantage: 'FIRSTHAND',
  activity: 'VEHICLE_STOP',
  size: { agents: 3, vehicles: 2 },
  unit: { agency: 'ICE', identifiedBy: ['UNIFORM_TEXT'] },
  ...change,
});

/** Files a report; answers the id of its incident. */
export async function report(url: string, author: Person, change: ReportChange = {}) {
  const { fileReport } = await ask(url, FILE_REPORT, { input: reportInput(change) }, author.token);
  return fileReport.incidentId as string;
}
