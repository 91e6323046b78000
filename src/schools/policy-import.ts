import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { LedgerStore } from '../ledger/ledger.store.js';
import { UsageError } from '../platform/command.js';
import type { Database, Transaction } from '../platform/database.js';
import type { ImportStore } from './import.store.js';
import type { PoliciesStore } from './policies.store.js';
import { policyEntry } from './policy-entry.js';
import { planOf, type LineProblem, type PolicyLine, type PolicyPlan } from './policy-plan.js';
import { detectPolicyLayout, parsePolicy, type PolicyLayout } from './policy-row.js';
import type { Policy } from './policy.js';
import { readHead, readTable } from './table-file.js';

/** While the ledger’s entries are written, nobody else’s are: about a third of a second for so many. */
export const MAX_POLICY_ROWS = 10_000;

export interface PolicyFile {
  path: string;
  layout: PolicyLayout;
  sha256: string;
}

export interface PolicyImportSummary {
  read: number;
  new: number;
  changed: number;
  unchanged: number;
}

/** Lines of a file that cannot be used: nothing of it was written. */
export class BadPolicyLines extends Error {
  /** @param problems in order of their lines. */
  constructor(
    readonly path: string,
    readonly problems: readonly LineProblem[],
  ) {
    super(`${path}: ${problems.length} problems`);
  }
}

/** @throws UsageError when there is no such file, or it is none of policies. */
export async function openPolicyFile(path: string): Promise<PolicyFile> {
  const { head } = await readHead(path);
  const found = detectPolicyLayout(head);
  if ('problem' in found) throw new UsageError(`${path}: ${found.problem}`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { path, layout: found.layout, sha256: hash.digest('hex') };
}

interface Stores {
  policies: PoliciesStore;
  schools: ImportStore;
  ledger: LedgerStore;
}

/**
 * Brings the policies up to date with a file, in one transaction: all of it, or nothing. What is not in
 * the file stays.
 * @throws BadPolicyLines, UsageError
 */
export async function importPolicies(
  database: Database,
  stores: Stores,
  file: PolicyFile,
  now: Date,
): Promise<PolicyImportSummary> {
  return database.transaction(async (tx) => {
    await stores.policies.lock(tx);
    const { lines, problems, read } = await readLines(tx, stores.schools, file);
    const districts = new Set(lines.map(({ policy }) => policy.districtId));
    const standing = await stores.policies.ofDistricts(tx, [...districts]);
    const planned = planOf(lines, standing);
    if ('problems' in planned) problems.push(...planned.problems);
    if (problems.length > 0 || 'problems' in planned)
      throw new BadPolicyLines(
        file.path,
        problems.sort((one, other) => one.line - other.line),
      );
    await write(tx, stores, planned.plan, file, now);
    const { added, amended, unchanged } = planned.plan;
    return { read, new: added.length, changed: amended.length, unchanged };
  });
}

async function readLines(tx: Transaction, schools: ImportStore, { path, layout }: PolicyFile) {
  const districts = new Set((await schools.districts(tx)).map(({ id }) => id));
  const lines: PolicyLine[] = [];
  const problems: LineProblem[] = [];
  let read = -1;
  for await (const { rows } of readTable(path, { delimiter: ',' })) {
    for (const { line, cells } of rows) {
      read += 1;
      // The header.
      if (read === 0) continue;
      if (read > MAX_POLICY_ROWS)
        throw new UsageError(
          `${path}: more than ${MAX_POLICY_ROWS.toLocaleString('en')} rows: split the file.`,
        );
      const parsed = parsePolicy(cells, layout, districts);
      if ('policy' in parsed) lines.push({ line, policy: parsed.policy });
      else problems.push(...parsed.problems.map((problem) => ({ line, ...problem })));
    }
  }
  if (read < 1) throw new UsageError(`${path}: the file has no rows.`);
  return { lines, problems, read };
}

async function write(
  tx: Transaction,
  { policies, ledger }: Stores,
  { added, amended }: PolicyPlan,
  { sha256: importSha256 }: PolicyFile,
  at: Date,
): Promise<void> {
  const entered: Policy[] = [
    ...added.map((policy) => ({ ...policy, id: randomUUID(), version: 1 })),
    ...amended.map(({ before, policy }) => ({
      ...policy,
      ...{ id: before.id, version: before.version + 1 },
    })),
  ];
  if (entered.length === 0) return;
  await policies.supersede(
    tx,
    amended.map(({ before }) => before.id),
    at,
  );
  await policies.add(tx, entered, { at, by: null, importSha256 });
  await ledger.appendAll(
    tx,
    entered.map((policy) =>
      policyEntry(policy.version === 1 ? 'policy.recorded' : 'policy.amended', policy, {
        ...{ at, actor: 'import', importSha256 },
      }),
    ),
  );
}
