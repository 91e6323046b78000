import type { LedgerStore } from '../ledger/ledger.store.js';
import type { ImportKind } from './dated-import.js';
import type { ImportStore } from './import.store.js';
import type { PoliciesStore } from './policies.store.js';
import { policyEntry } from './policy-entry.js';
import {
  POLICY_COLUMNS,
  detectPolicyLayout,
  parsePolicy,
  type PolicyLayout,
} from './policy-row.js';
import { isSame, type PolicyText } from './policy.js';

/** A district has one policy of a kind on a day. */
export const POLICY_SERIES = {
  what: 'policy',
  fromColumn: POLICY_COLUMNS.effectiveFrom,
  untilColumn: POLICY_COLUMNS.effectiveUntil,
  seriesOf: ({ districtId, kind }: PolicyText) => `${districtId} ${kind}`,
  isSame,
};

interface Stores {
  policies: PoliciesStore;
  schools: ImportStore;
  ledger: LedgerStore;
}

/** Policies from a CSV. */
export const policyImport = ({
  policies,
  schools,
  ledger,
}: Stores): ImportKind<PolicyText, PolicyLayout> => ({
  series: POLICY_SERIES,
  detect: detectPolicyLayout,
  lock: (tx) => policies.lock(tx),
  reader: async (tx, layout) => {
    const districts = new Set((await schools.districts(tx)).map(({ id }) => id));
    return (cells) => parsePolicy(cells, layout, districts);
  },
  standing: (tx, texts) =>
    policies.ofDistricts(tx, [...new Set(texts.map(({ districtId }) => districtId))]),
  write: async (tx, { superseded, entered }, { importSha256, at }) => {
    await policies.supersede(tx, superseded, at);
    await policies.add(tx, entered, { at, by: null, importSha256 });
    await ledger.appendAll(
      tx,
      entered.map((policy) =>
        policyEntry(policy.version === 1 ? 'policy.recorded' : 'policy.amended', policy, {
          ...{ at, actor: 'import', importSha256 },
        }),
      ),
    );
  },
});
