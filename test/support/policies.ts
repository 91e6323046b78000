import { ask, send, type GraphqlAnswer } from './graphql.js';
import type { Person } from './staff.js';

export const RECORD_POLICY = `mutation ($input: RecordPolicyInput!) {
  recordPolicy(input: $input) { id version }
}`;
export const AMEND_POLICY = `mutation ($input: AmendPolicyInput!) {
  amendPolicy(input: $input) { id version }
}`;
export const WITHDRAW_POLICY = `mutation ($input: WithdrawPolicyInput!) {
  withdrawPolicy(input: $input) { id }
}`;
const POLICIES = `query ($id: ID!, $on: Date, $kinds: [PolicyKind!]) {
  district(id: $id) {
    policies(on: $on, kinds: $kinds) {
      id version districtId kind effectiveFrom effectiveUntil sourceUrl sourceSha256
    }
  }
}`;
const HISTORY = `query ($id: ID!) {
  policyHistory(policyId: $id) {
    version effectiveFrom effectiveUntil enteredBy enteredAt importSha256
    supersededAt withdrawnAt withdrawnBy
  }
}`;

export const policyInput = (change: object = {}) => ({
  ...{ districtId: '1201470', kind: 'JUDICIAL_WARRANT_RULE', effectiveFrom: '2024-08-01' },
  ...{ sourceUrl: 'https://board.example.org/5.30.pdf', sourceSha256: 'a'.repeat(64), ...change },
});

/** Enters a policy that is fine; answers its id. */
export async function promise(url: string, { token }: Person, change: object = {}) {
  const { recordPolicy } = await ask(url, RECORD_POLICY, { input: policyInput(change) }, token);
  return recordPolicy.id as string;
}

export const amend = (
  url: string,
  { token }: Person,
  policyId: string,
  change: object,
): Promise<GraphqlAnswer> => send(url, AMEND_POLICY, { input: { policyId, ...change } }, token);

/** What anybody sees of a district’s policies. */
export async function policiesOf(
  url: string,
  id: string,
  asked: { on?: string; kinds?: string[] } = {},
) {
  const { district } = await ask(url, POLICIES, { id, ...asked });
  return district.policies as Record<string, any>[];
}

export async function historyOf(url: string, { token }: Person, id: string) {
  const { policyHistory } = await ask(url, HISTORY, { id }, token);
  return policyHistory as Record<string, any>[];
}
