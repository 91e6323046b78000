import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Batched } from '../platform/batched.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Conflict, NotFound, type FieldProblem } from '../platform/errors.js';
import { spanWords } from '../schools/dated-plan.js';
import { SchoolsService } from '../schools/schools.service.js';
import { resourceEntry } from './resource-entry.js';
import type { ResourceRow } from './resource.entity.js';
import {
  isSame,
  resourceProblems,
  textOf,
  tidied,
  type AudienceName,
  type Resource,
  type ResourceText,
} from './resource.js';
import { ResourcesStore, type Asked } from './resources.store.js';
import { selected } from './selection.js';

/** What never changes of a resource: another of them is another resource. */
type Fixed = 'topic' | 'audience' | 'locale' | 'state' | 'districtId';
/** What is absent stays. */
export type ResourceChange = Partial<Omit<ResourceText, Fixed>>;

/** Who reads: where, and in which language. */
export interface Reader {
  audience: AudienceName;
  /** BCP 47 tags, the most wanted first. */
  locales: readonly string[];
  /** Null: only what is national. */
  state: string | null;
  districtId: string | null;
  /** Calendar day. */
  day: string;
}

/** What families, schools and responders are told to do, and what their rights are. */
@Injectable()
export class ResourcesService {
  private readonly asked: Batched<Asked, Resource[]>;

  constructor(
    private readonly database: Database,
    private readonly store: ResourcesStore,
    private readonly schools: SchoolsService,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {
    this.asked = new Batched((readers) => store.inForce(database.reader, readers));
  }

  /** What the reader is shown: see {@link selected}. */
  async shownTo({ locales, ...asked }: Reader): Promise<Resource[]> {
    return selected(await this.asked.get(asked), locales);
  }

  /** Every version of one. @throws NotFound */
  async history(id: string): Promise<ResourceRow[]> {
    const versions = await this.store.versions(this.database.reader, id);
    if (versions.length === 0) throw new NotFound('There is no resource with this id.');
    return versions;
  }

  /** @throws BadInput, Conflict where another of its series holds on some of its days. */
  async add(viewer: Viewer, text: ResourceText): Promise<Resource> {
    const resource = { ...tidied(text), id: randomUUID(), version: 1 };
    await this.check(resource);
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      return this.write(tx, 'resource.added', resource, viewer.id);
    });
  }

  /** The next version, where anything differs. @throws BadInput, NotFound, Conflict */
  async revise(viewer: Viewer, id: string, change: ResourceChange): Promise<Resource> {
    if (Object.keys(change).length === 0)
      throw new BadInput({ field: 'input', message: 'say what to change' });
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const current = resourceOf(await this.standing(tx, id));
      const next = tidied({ ...current, ...change, version: current.version + 1 });
      const problems = resourceProblems(next);
      if (problems.length > 0) throw new BadInput(problems);
      if (isSame(current, next)) return current;
      await this.store.supersede(tx, [id], this.clock.now());
      return this.write(tx, 'resource.revised', next, viewer.id);
    });
  }

  /** From now on nobody is shown it; its history stays. @throws NotFound, Conflict */
  async withdraw(viewer: Viewer, id: string): Promise<Resource> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const resource = resourceOf(await this.standing(tx, id));
      const at = this.clock.now();
      await this.store.withdraw(tx, id, viewer.id, at);
      await this.ledger.append(
        tx,
        resourceEntry('resource.withdrawn', resource, { at, actor: viewer.id }),
      );
      return resource;
    });
  }

  private async check(resource: Resource): Promise<void> {
    const problems: FieldProblem[] = resourceProblems(resource);
    const { districtId } = resource;
    if (districtId && (await this.schools.existingDistricts([districtId])).size === 0)
      problems.push({ field: 'districtId', message: 'no such district is known' });
    if (problems.length > 0) throw new BadInput(problems);
  }

  private async write(
    tx: Transaction,
    kind: 'resource.added' | 'resource.revised',
    resource: Resource,
    by: string,
  ): Promise<Resource> {
    const other = await this.store.overlapping(tx, resource);
    if (other)
      throw new Conflict(
        `There is a resource ${other.topic} in ${other.locale} for this place and audience ${spanWords(other)} already (${other.id}): revise, end or withdraw that one.`,
      );
    const at = this.clock.now();
    await this.store.add(tx, [resource], { at, by, importSha256: null });
    await this.ledger.append(tx, resourceEntry(kind, resource, { at, actor: by }));
    return resource;
  }

  private async standing(tx: Transaction, id: string): Promise<ResourceRow> {
    const current = await this.store.current(tx, id);
    if (!current) throw new NotFound('There is no resource with this id.');
    if (current.withdrawnAt)
      throw new Conflict('This resource was withdrawn: add it anew, if it is right after all.');
    return current;
  }
}

const resourceOf = (row: ResourceRow): Resource => ({
  ...textOf(row),
  id: row.id,
  version: row.version,
});
