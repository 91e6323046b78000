import { ask, send, type GraphqlAnswer } from './graphql.js';
import type { Person } from './staff.js';

const ADD = `mutation ($input: AddResourceInput!) { addResource(input: $input) { id version } }`;
const REVISE = `mutation ($input: ReviseResourceInput!) {
  reviseResource(input: $input) { id version }
}`;
const WITHDRAW = `mutation ($input: WithdrawResourceInput!) { withdrawResource(input: $input) { id } }`;
const RESOURCES = `query ($audience: Audience!, $locale: String, $districtId: ID, $state: String, $on: Date) {
  resources(audience: $audience, locale: $locale, districtId: $districtId, state: $state, on: $on) {
    id version topic audience locale state districtId rank title body url publisher
    sourceUrl sourceDate sourceSha256 counselReviewed effectiveFrom effectiveUntil
  }
}`;
const HISTORY = `query ($id: ID!) {
  resourceHistory(resourceId: $id) {
    version title effectiveUntil enteredBy importSha256 supersededAt withdrawnAt withdrawnBy
  }
}`;

export const resourceInput = (change: object = {}) => ({
  ...{ topic: 'at-the-door', audience: 'FAMILIES', locale: 'en', title: 'At the door' },
  ...{ body: 'You do not have to open.', publisher: 'Schools Law Clinic' },
  ...{ sourceUrl: 'https://www.example.org/rights', sourceDate: '2026-09-01' },
  ...{ sourceSha256: 'a'.repeat(64), effectiveFrom: '2026-09-01', ...change },
});

/** What staff do with resources, and what readers are shown. */
export class Shelf {
  constructor(
    private readonly url: string,
    private readonly keeper: Person,
  ) {}

  tryToAdd = (change: object = {}): Promise<GraphqlAnswer> =>
    send(this.url, ADD, { input: resourceInput(change) }, this.keeper.token);

  /** Adds one that is fine; answers its id. */
  async add(change: object = {}): Promise<string> {
    const input = resourceInput(change);
    return (await ask(this.url, ADD, { input }, this.keeper.token)).addResource.id;
  }

  revise = (resourceId: string, change: object): Promise<GraphqlAnswer> =>
    send(this.url, REVISE, { input: { resourceId, ...change } }, this.keeper.token);
  withdraw = (resourceId: string): Promise<GraphqlAnswer> =>
    send(this.url, WITHDRAW, { input: { resourceId } }, this.keeper.token);

  async shown(asked: object = {}): Promise<Record<string, any>[]> {
    return (await ask(this.url, RESOURCES, { audience: 'FAMILIES', ...asked })).resources;
  }

  async history(id: string): Promise<Record<string, any>[]> {
    return (await ask(this.url, HISTORY, { id }, this.keeper.token)).resourceHistory;
  }
}
