import { ask, send } from './graphql.js';
import type { Person } from './staff.js';

const LIST = `query ($filter: IncidentFilter, $orderBy: IncidentOrder, $first: Int, $after: String) {
  incidents(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    edges { node { id } } pageInfo { hasNextPage endCursor }
  }
}`;
const TIMELINE = `query ($id: ID!, $first: Int, $after: Int) {
  incident(id: $id) {
    timeline(first: $first, after: $after) {
      entry kind incidentId at actor facts { name value } leaf head intact commitment
      proof { path checkpoint { size root } }
    }
  }
}`;
export const WRITE_NOTE = `mutation ($input: WriteNoteInput!) {
  writeNote(input: $input) { id text authorId writtenAt withdrawnAt }
}`;
export const WITHDRAW_NOTE = `mutation ($input: WithdrawNoteInput!) {
  withdrawNote(input: $input) { id text withdrawnAt }
}`;
const VIEW = '{ id name ownerId shared orderBy filter changedAt }';
export const SAVE_VIEW = `mutation ($input: SaveIncidentViewInput!) { saveIncidentView(input: $input) ${VIEW} }`;
export const CHANGE_VIEW = `mutation ($input: ChangeIncidentViewInput!) { changeIncidentView(input: $input) ${VIEW} }`;
export const DELETE_VIEW = `mutation ($input: DeleteIncidentViewInput!) { deleteIncidentView(input: $input) }`;
export const VIEWS = `{ savedIncidentViews ${VIEW} }`;

export interface Page {
  ids: string[];
  next: string | null;
}

/** One page of incidents; `next` is where the one behind it begins, or null. */
export async function page(url: string, { token }: Person, variables: object): Promise<Page> {
  const { incidents } = await ask(url, LIST, variables, token);
  const { hasNextPage, endCursor } = incidents.pageInfo;
  return {
    ids: incidents.edges.map(({ node }: { node: { id: string } }) => node.id),
    next: hasNextPage ? endCursor : null,
  };
}

/** Which fields a list is refused for, with the code. */
export async function refusal(url: string, { token }: Person, variables: object) {
  const { errors } = await send(url, LIST, variables, token);
  const { code, fields } = errors![0]!.extensions;
  return { code, fields: fields?.map(({ field }) => field) };
}

export async function timeline(
  url: string,
  { token }: Person,
  id: string,
  part: { first?: number; after?: number } = {},
): Promise<Record<string, any>[] | null> {
  return (await ask(url, TIMELINE, { id, ...part }, token)).incident.timeline;
}
