import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Batched } from '../platform/batched.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Conflict, NotFound } from '../platform/errors.js';
import { PoliciesStore, type DistrictDay } from './policies.store.js';
import { spanWords } from './dated-plan.js';
import { policyEntry } from './policy-entry.js';
import type { PolicyRow } from './policy.entity.js';
import {
  isSame,
  policyProblems,
  tidied,
  type Policy,
  type PolicyKindName,
  type PolicyText,
} from './policy.js';
import { SchoolsService } from './schools.service.js';

/** What is absent stays; null as the last day: until further notice. */
export type PolicyChange = Partial<
  Pick<PolicyText, 'effectiveFrom' | 'effectiveUntil' | 'sourceUrl' | 'sourceSha256'>
>;

/** What districts promised, from which day to which. */
@Injectable()
export class PoliciesService {
  private readonly days: Batched<DistrictDay, Policy[]>;
  private readonly all: Batched<string, Policy[]>;

  constructor(
    private readonly database: Database,
    private readonly store: PoliciesStore,
    private readonly schools: SchoolsService,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {
    this.days = new Batched((asked) => store.inForce(database.reader, asked));
    this.all = new Batched(async (ids) => {
      const found = await store.ofDistricts(database.reader, [...new Set(ids)]);
      return ids.map((id) => found.filter(({ districtId }) => districtId === id));
    });
  }

  /** The policies of a district that are in force on a day, at most one of each kind. */
  async inForce(
    districtId: string,
    day: string,
    kinds?: readonly PolicyKindName[] | null,
  ): Promise<Policy[]> {
    return ofKinds(await this.days.get({ districtId, day }), kinds);
  }

  /** Those past, present and to come, the oldest first. */
  async ofDistrict(districtId: string, kinds?: readonly PolicyKindName[] | null) {
    return ofKinds(await this.all.get(districtId), kinds);
  }

  /** Every policy that these districts ever had, withdrawn ones too. */
  async idsOf(tx: Transaction, districtIds: readonly string[]): Promise<string[]> {
    return this.store.idsOf(tx, districtIds);
  }

  /** Every version of one. @throws NotFound */
  async history(id: string): Promise<PolicyRow[]> {
    const versions = await this.store.versions(this.database.reader, id);
    if (versions.length === 0) throw new NotFound('There is no policy with this id.');
    return versions;
  }

  /** @throws BadInput, Conflict where another of its kind is in force on some of its days. */
  async record(viewer: Viewer, text: PolicyText): Promise<Policy> {
    const policy = { ...tidied(text), id: randomUUID(), version: 1 };
    const problems = policyProblems(policy);
    const known = await this.schools.existingDistricts([policy.districtId]);
    if (known.size === 0)
      problems.push({ field: 'districtId', message: 'no such district is known' });
    if (problems.length > 0) throw new BadInput(problems);
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      return this.write(tx, 'policy.recorded', policy, viewer.id);
    });
  }

  /**
   * Corrects or ends one: the next version, where anything differs.
   * @throws BadInput, NotFound, Conflict
   */
  async amend(viewer: Viewer, id: string, change: PolicyChange): Promise<Policy> {
    if (Object.keys(change).length === 0)
      throw new BadInput({ field: 'input', message: 'say what to change' });
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const current = policyOf(await this.standing(tx, id));
      const next = tidied({ ...current, ...change, version: current.version + 1 });
      const problems = policyProblems(next);
      if (problems.length > 0) throw new BadInput(problems);
      if (isSame(current, next)) return current;
      await this.store.supersede(tx, [id], this.clock.now());
      return this.write(tx, 'policy.amended', next, viewer.id);
    });
  }

  /** It should not have been entered: it never held, and its history says so. @throws NotFound, Conflict */
  async withdraw(viewer: Viewer, id: string): Promise<Policy> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const policy = policyOf(await this.standing(tx, id));
      const at = this.clock.now();
      await this.store.withdraw(tx, id, viewer.id, at);
      await this.ledger.append(
        tx,
        policyEntry('policy.withdrawn', policy, { at, actor: viewer.id }),
      );
      return policy;
    });
  }

  private async write(
    tx: Transaction,
    kind: 'policy.recorded' | 'policy.amended',
    policy: Policy,
    by: string,
  ): Promise<Policy> {
    const other = await this.store.overlapping(tx, policy);
    if (other)
      throw new Conflict(
        `This district has a ${other.kind} ${spanWords(other)} already (policy ${other.id}): end or correct that one first.`,
      );
    const at = this.clock.now();
    await this.store.add(tx, [policy], { at, by, importSha256: null });
    await this.ledger.append(tx, policyEntry(kind, policy, { at, actor: by }));
    return policy;
  }

  private async standing(tx: Transaction, id: string): Promise<PolicyRow> {
    const current = await this.store.current(tx, id);
    if (!current) throw new NotFound('There is no policy with this id.');
    if (current.withdrawnAt)
      throw new Conflict(
        'This policy was withdrawn: record it anew, if it was in force after all.',
      );
    return current;
  }
}

const ofKinds = (policies: Policy[], kinds: readonly PolicyKindName[] | null | undefined) =>
  kinds ? policies.filter(({ kind }) => kinds.includes(kind)) : policies;

const policyOf = (row: PolicyRow): Policy => ({
  id: row.id,
  version: row.version,
  districtId: row.districtId,
  kind: row.kind,
  effectiveFrom: row.effectiveFrom,
  effectiveUntil: row.effectiveUntil,
  sourceUrl: row.sourceUrl,
  sourceSha256: row.sourceSha256,
});
