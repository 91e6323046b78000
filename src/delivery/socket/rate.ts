/** A token bucket: `burst` at once, then `perSecond`. The clock is an argument, in milliseconds. */
export class Rate {
  private tokens: number;
  private at: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    now: number,
  ) {
    this.tokens = burst;
    this.at = now;
  }

  /** Whether one more is allowed now; if so it is counted. */
  take(now: number): boolean {
    const earned = (Math.max(0, now - this.at) / 1_000) * this.perSecond;
    this.tokens = Math.min(this.burst, this.tokens + earned);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
