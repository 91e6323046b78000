/** A rendered body, good as long as nothing it was made from has changed. */
export interface KeptBody {
  /** Of what it was made from. */
  version: string;
  /** And until when: a message expires without any change. */
  until: Date;
  body: string;
}

/** Bodies by what was asked, the longest unused forgotten first, bounded in number and in length. */
export class BodyCache<T extends KeptBody> {
  private readonly bodies = new Map<string, T>();
  private length = 0;

  constructor(
    private readonly maxBodies: number,
    private readonly maxCharacters: number,
  ) {}

  get(key: string, version: string, now: Date): T | undefined {
    const kept = this.bodies.get(key);
    if (!kept) return undefined;
    this.forget(key, kept);
    if (kept.version !== version || kept.until <= now) return undefined;
    this.put(key, kept);
    return kept;
  }

  set(key: string, kept: T): void {
    const before = this.bodies.get(key);
    if (before) this.forget(key, before);
    this.put(key, kept);
    for (const [oldest, body] of this.bodies) {
      if (this.bodies.size <= this.maxBodies && this.length <= this.maxCharacters) break;
      this.forget(oldest, body);
    }
  }

  get size(): number {
    return this.bodies.size;
  }

  private put(key: string, kept: T): void {
    this.bodies.set(key, kept);
    this.length += kept.body.length;
  }

  private forget(key: string, kept: T): void {
    this.bodies.delete(key);
    this.length -= kept.body.length;
  }
}
