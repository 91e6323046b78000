/** However a change was missed, what is kept is read anew after this long. */
export const KEEP_MS = 5_000;
/** One of which nothing more was heard by then: it rolled back, or what was to be heard is lost. */
export const MARK_MS = 20_000;

/**
 * What is known of a change of our own; `known`: it has committed, by our COMMIT's answer or by being
 * heard back, and the other of the two is no news.
 */
type OwnChange = 'announced' | 'uncertain' | 'known';

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
 * when its commit is answered or when it is heard back, whichever is first. Where the answer was lost it
 * may commit at any moment: until it is heard of, every answer comes from a read that began after it
 * was asked for. At most one read is under way and one waits behind it, whatever the load.
 */
export class KeptRead<T> {
  private changes = 0;
  private kept: { value: T; until: number } | undefined;
  private running: UnderWay<T> | undefined;
  private next: Promise<T> | undefined;
  /** Changes of our own that are still to be heard of, each by an id of its own. */
  private readonly marks = new Map<string, { until: number; is: OwnChange }>();

  constructor(
    private readonly load: () => Promise<T>,
    private readonly now: () => number,
  ) {}

  async read(): Promise<T> {
    const isUncertain = this.isUncertain();
    if (!isUncertain && this.kept && this.now() < this.kept.until) return this.kept.value;
    if (!this.running) return this.start();
    if (!isUncertain && this.running.changes === this.changes) return this.running.value;
    this.next ??= this.running.value.then(
      () => this.startNext(),
      () => this.startNext(),
    );
    return this.next;
  }

  /** A change of our own is announced; it may commit from now on. */
  announced(id: string): void {
    this.marks.set(id, { until: this.now() + MARK_MS, is: 'announced' });
  }

  /** It has committed, or may have: whoever decided it is about to know. */
  committed(id: string, isCertain: boolean): void {
    if (this.marks.get(id)?.is === 'known') this.marks.delete(id);
    else if (isCertain) this.learned(id);
    else this.marks.set(id, { until: this.now() + MARK_MS, is: 'uncertain' });
  }

  /** A change, our own or another's, has committed. */
  heard(id: string): void {
    const mark = this.marks.get(id)?.is;
    if (mark === 'announced') return this.learned(id);
    this.marks.delete(id);
    if (mark !== 'known') this.drop();
  }

  /** Changes may have been missed. */
  drop(): void {
    this.changes++;
    this.kept = undefined;
  }

  /** The first of two ways, to be told by the other as well. */
  private learned(id: string): void {
    this.marks.set(id, { until: this.now() + MARK_MS, is: 'known' });
    this.drop();
  }

  /** Whether something may have changed at any moment since it was last looked. */
  private isUncertain(): boolean {
    const now = this.now();
    let isUncertain = false;
    for (const [id, { until, is }] of this.marks) {
      if (until <= now) this.marks.delete(id);
      else isUncertain ||= is === 'uncertain';
    }
    return isUncertain;
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
