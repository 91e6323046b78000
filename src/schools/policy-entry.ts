import type { LedgerEntry } from '../ledger/ledger.store.js';
import type { Policy } from './policy.js';

export const POLICY_ENTRIES = ['policy.recorded', 'policy.amended', 'policy.withdrawn'] as const;
export type PolicyEntryKind = (typeof POLICY_ENTRIES)[number];

/** What the ledger keeps of a policy: days, codes and the document’s digest; its address can be expunged. */
export function policyEntry(
  kind: PolicyEntryKind,
  { id, sourceUrl, kind: policyKind, ...policy }: Policy,
  { at, actor, importSha256 }: { at: Date; actor: string; importSha256?: string },
): LedgerEntry {
  const { version, districtId, effectiveFrom, effectiveUntil, sourceSha256 } = policy;
  return {
    ...{ kind, subject: id, at, actor },
    facts: {
      ...{ version, districtId, policyKind, effectiveFrom, effectiveUntil, sourceSha256 },
      ...(importSha256 && { importSha256 }),
    },
    ...(sourceUrl !== null && { sensitive: { sourceUrl } }),
  };
}
