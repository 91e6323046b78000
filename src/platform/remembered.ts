/**
 * Answers of a lookup, remembered for a while: for reference data that many parts of one request,
 * and many requests, ask for again and again.
 */
export class Remembered<T> {
  private readonly entries = new Map<string, { value: Promise<T>; until: number }>();

  constructor(
    private readonly lookUp: (key: string) => Promise<T>,
    private readonly milliseconds: number,
    private readonly size: number,
    private readonly now: () => number,
  ) {}

  get(key: string): Promise<T> {
    const known = this.entries.get(key);
    if (known && known.until > this.now()) return known.value;
    const value = this.lookUp(key);
    this.entries.delete(key);
    this.entries.set(key, { value, until: this.now() + this.milliseconds });
    // A failure is not an answer.
    value.catch(() => this.entries.delete(key));
    if (this.entries.size > this.size) this.entries.delete(this.entries.keys().next().value!);
    return value;
  }
}
