/** How far a fan-out is; times in epoch ms. */
export interface Standing {
  createdAt: number;
  /** Devices it is for. */
  audience: number;
  /** Whether all of them have been read. */
  planned: boolean;
  /** Devices with a final answer. */
  settled: number;
}

export interface Pace {
  /** Devices a second, since the decision. */
  perSecond: number | null;
  /** When nothing will be pending any more, epoch ms; null while nobody can say. */
  endsAt: number | null;
}

/**
 * At the pace so far. Before the first answers, and while the audience is still being read, there is
 * no end to estimate.
 */
export function paceOf({ createdAt, audience, planned, settled }: Standing, now: number): Pace {
  const seconds = (now - createdAt) / 1_000;
  if (settled === 0 || seconds <= 0) return { perSecond: null, endsAt: null };
  const perSecond = settled / seconds;
  const left = Math.max(0, audience - settled);
  return { perSecond, endsAt: planned ? now + (left / perSecond) * 1_000 : null };
}
