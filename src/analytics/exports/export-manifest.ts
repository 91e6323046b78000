import { signPayload, type Signer } from '../../alerts/signature.js';
import type { ExportFormat } from './export-request.js';

/** What an export was, apart from the file itself. */
export interface ManifestFacts {
  id: string;
  format: ExportFormat;
  /** As it was asked for; absent fields ask nothing. Null: it was redacted. */
  filter: object | null;
  /** Names of the columns, in their order. */
  columns: readonly string[];
  hxl: boolean;
  /** The release by which people are named; null: nobody is. */
  releaseId: string | null;
  synthetic: boolean;
  /** FINISHED: all of it; BROKEN_OFF: as far as `bytes` say. */
  state: string;
  rows: number | null;
  bytes: number | null;
  sha256: string | null;
  /** The ledger as it stood in the moment the rows are of. */
  ledger: { size: number; head: string } | null;
  exportedBy: string;
  role: string;
  askedAt: string;
  finishedAt: string | null;
}

/** Says what a file is made from, so that somebody can hold it against the record later. */
export type Manifest = ManifestFacts & {
  type: 'campana-export';
  version: 1;
  file: string;
  note: string;
  signature: string;
};

const SYNTHETIC = 'Some or all rows are made up for trials (synthetic: true). Not for publication.';
const REAL =
  'One row an incident. docs/analysts.md and /exports/dictionary.csv explain the columns.';

/** Signed with the key that signs alerts (docs: Words are issued once). */
export const manifestOf = (facts: ManifestFacts, signer: Signer): Manifest =>
  signPayload(
    {
      ...({ type: 'campana-export', version: 1, file: fileName(facts) } as const),
      ...facts,
      note: facts.synthetic ? SYNTHETIC : REAL,
    },
    signer,
  );

/** The name says when it was asked for, and whether any of it is made up. */
export function fileName(
  facts: Pick<ManifestFacts, 'id' | 'format' | 'synthetic' | 'askedAt'>,
): string {
  const day = facts.askedAt.slice(0, 10);
  const mark = facts.synthetic ? '-SYNTHETIC' : '';
  return `campana-incidents-${day}-${facts.id.slice(0, 8)}${mark}.${facts.format}`;
}
