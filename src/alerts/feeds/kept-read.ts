/** However a change was missed, what is kept is read anew after this long. */
export const KEEP_MS = 5_000;
/** A change that was never heard of by then: its transaction rolled back. */
export const MARK_MS = 20_000;

interface UnderWay<T> {
  value: Promise<T>;
  /** How many changes were known when it began. */
  changes: number;
}

/**
 * One read of the database, shared by whoever asks, that is never older than a change that this
 * process has heard of or has made.
 *
 * Nobody is handed a read that began before a change became known. A change of our own becomes known
 * to whoever decided it when its commit is answered, which may be before it is heard back: from then
 * until it is, every answer comes from a read that began after it was asked for. At most one read is
 * under way and one waits behind it, whatever the load.
 */
export class KeptRead<T> {
  private changes = 0;
  private kept: { value: T; until: number } | undefined;
  private running: UnderWay<T> | undefined;
  private next: Promise<T> | undefined;
  /** Changes of our own that were not heard of yet. */
  private readonly marks = new Map<string, { until: number; isCommitted: boolean }>();

  constructor(
    private readonly load: () => Promise<T>,
    private readonly now: () => number,
  ) {}

  async read(): Promise<T> {
    const marked = this.isMarked();
    if (!marked && this.kept && this.now() < this.kept.until) return this.kept.value;
    if (!this.running) return this.start();
    if (!marked && this.running.changes === this.changes) return this.running.value;
    this.next ??= this.running.value.then(
      () => this.startNext(),
      () => this.startNext(),
    );
    return this.next;
  }

  /** A change of our own is announced; it may commit from now on. */
  announced(id: string): void {
    this.marks.set(id, { until: this.now() + MARK_MS, isCommitted: false });
  }

  /** It has committed, or may have: whoever decided it is about to know. */
  committed(id: string): void {
    const mark = this.marks.get(id);
    if (mark) mark.isCommitted = true;
  }

  /** A change, our own or another's, has committed. */
  heard(id: string): void {
    this.marks.delete(id);
    this.drop();
  }

  /** Changes may have been missed. */
  drop(): void {
    this.changes++;
    this.kept = undefined;
  }

  private isMarked(): boolean {
    const now = this.now();
    let isMarked = false;
    for (const [id, { until, isCommitted }] of this.marks) {
      if (until <= now) this.marks.delete(id);
      else isMarked ||= isCommitted;
    }
    return isMarked;
  }

  private startNext(): Promise<T> {
    this.next = undefined;
    return this.start();
  }

  private start(): Promise<T> {
    const { changes } = this;
    const until = this.now() + KEEP_MS;
    const value = this.load().then((read) => {
      if (changes === this.changes) this.kept = { value: read, until };
      return read;
    });
    const underWay = { value, changes };
    this.running = underWay;
    const end = () => {
      if (this.running === underWay) this.running = undefined;
    };
    value.then(end, end);
    return value;
  }
}
