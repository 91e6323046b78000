import { createHash } from 'node:crypto';
import type { LedgerEntry } from '../ledger/ledger.store.js';
import type { Resource } from './resource.js';

export const RESOURCE_ENTRIES = [
  ...(['resource.added', 'resource.revised', 'resource.withdrawn'] as const),
] as const;
export type ResourceEntryKind = (typeof RESOURCE_ENTRIES)[number];

/** Of the words as they were shown; that of a version proves which they were. */
export const wordsDigest = ({ title, body, url }: Resource): string =>
  createHash('sha256')
    .update(JSON.stringify([title, body, url]))
    .digest('hex');

/** What the ledger keeps of a resource: codes, days and digests; its words and addresses can be expunged. */
export function resourceEntry(
  kind: ResourceEntryKind,
  resource: Resource,
  { at, actor, importSha256 }: { at: Date; actor: string; importSha256?: string },
): LedgerEntry {
  const { id, version, topic, audience, locale, state, districtId, rank, ...rest } = resource;
  const { title, body, url, publisher, sourceUrl, ...facts } = rest;
  return {
    ...{ kind, subject: id, at, actor },
    facts: {
      ...{ version, topic, audience, locale, state, districtId, rank, ...facts },
      wordsSha256: wordsDigest(resource),
      ...(importSha256 && { importSha256 }),
    },
    sensitive: { title, body, url, publisher, sourceUrl },
  };
}
