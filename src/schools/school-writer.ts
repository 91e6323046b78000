import type { CopyIn } from '../platform/copy.js';
import type { Transaction } from '../platform/database.js';
import type { ImportStore } from './import.store.js';
import type { SchoolRecord } from './nces-row.js';
import { CopyRows } from './school-copy.js';

const BATCH = 4_000;

/** Writes the schools of an import while more are read: PostgreSQL is a little behind, never far. */
export class SchoolWriter {
  readonly counts = { new: 0, changed: 0, unchanged: 0 };
  /** New schools; whoever writes rows there as they are knows that they are new. */
  readonly added = new CopyRows();
  private adding: CopyIn | undefined;
  private known: SchoolRecord[] = [];
  private changing: Promise<void> = Promise.resolve();

  /** @param knownIds schools that are there already */
  constructor(
    private readonly tx: Transaction,
    private readonly store: ImportStore,
    private readonly knownIds: ReadonlySet<string>,
  ) {}

  /** None is there yet: all are new. */
  get isFirst(): boolean {
    return this.knownIds.size === 0;
  }

  /** @param school one that was not put yet */
  put(school: SchoolRecord): void {
    if (this.knownIds.size > 0 && this.knownIds.has(school.id)) this.known.push(school);
    else this.added.add(school);
  }

  async writeFullBatches(): Promise<void> {
    if (this.added.isFull) await this.add();
    while (this.known.length >= BATCH) await this.change(this.known.splice(0, BATCH));
  }

  /** Writes what is left, and waits until all is written. */
  async finish(): Promise<void> {
    await this.add();
    await this.change(this.known);
    await this.settle();
  }

  /** After a failure; the transaction can then only be rolled back. */
  async abandon(): Promise<void> {
    await this.adding?.abandon();
    await this.changing.catch(() => undefined);
  }

  private async add(): Promise<void> {
    const { count } = this.added;
    if (count === 0) return;
    if (!this.adding) {
      await this.changing;
      this.adding = await this.store.addSchools(this.tx);
    }
    await this.adding.write(this.added.take());
    this.counts.new += count;
  }

  /** Hands a batch to the database and returns as soon as what was before is written. */
  private async change(schools: SchoolRecord[]): Promise<void> {
    if (schools.length === 0) return;
    await this.settle();
    this.changing = this.store.changeSchools(this.tx, schools).then((changed) => {
      this.counts.changed += changed;
      this.counts.unchanged += schools.length - changed;
    });
    // Awaited with the next batch; until then a failure must not count as unhandled.
    this.changing.catch(() => undefined);
  }

  private async settle(): Promise<void> {
    const { adding } = this;
    this.adding = undefined;
    await adding?.end();
    await this.changing;
  }
}
