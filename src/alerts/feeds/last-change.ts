/** Changes older than this are no longer told of; no alert lives so long. */
const TOLD_HOURS = 5;
const HOUR_MS = 3_600_000;
/** A message may be sent at one moment and committed, and so seen, this much later. */
const SETTLING_MS = 15_000;

export interface LastChange {
  at: Date;
  /**
   * Nothing else changed shortly before or in the same second, so whoever holds a copy of that time
   * holds all of it. HTTP dates have whole seconds, and transactions overlap.
   */
  alone: boolean;
}

/** When a message came, when it goes, and when it left what is on or came back in between. */
export interface Moments {
  sent: Date;
  expires: Date;
  regroupedAt: Date | null;
}

/**
 * When a set of messages last changed: the latest moment at which one was sent, was merged or split
 * off, or expired, else the hour five hours ago. It is the same in every process and never goes back.
 *
 * @param messages every one that was sent in the last ten hours, in any order.
 */
export function lastChange(messages: Iterable<Moments>, now: Date): LastChange {
  const floor = Math.floor((now.getTime() - TOLD_HOURS * HOUR_MS) / HOUR_MS) * HOUR_MS;
  const changes = new Set<number>();
  let at = floor;
  for (const { sent, expires, regroupedAt } of messages)
    for (const change of [sent, regroupedAt ?? sent, expires].map((moment) => moment.getTime())) {
      if (change < floor || (change > now.getTime() && change === expires.getTime())) continue;
      changes.add(change);
      at = Math.max(at, change);
    }
  const second = Math.floor(at / 1_000) * 1_000;
  const close = [...changes].filter((change) => change > second - SETTLING_MS);
  return { at: new Date(at), alone: close.length <= 1 };
}

/** Until when {@link lastChange} stays as it is, unless a message comes. */
export function changesAgain(messages: Iterable<{ expires: Date }>, now: Date): Date {
  let next = (Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS;
  for (const { expires } of messages) if (expires > now) next = Math.min(next, expires.getTime());
  return new Date(next);
}

/**
 * The messages that are asked for, and those in which they go on: the later ones of their incidents, and
 * of what these were merged into, whatever place that has.
 */
export function goingOn<T extends { id: string; supersededBy: string | null }>(
  all: readonly T[],
  asked: (message: T) => boolean,
): Set<T> {
  const byId = new Map(all.map((message) => [message.id, message]));
  const found = new Set<T>();
  for (const first of all.filter(asked))
    for (
      let next: T | undefined = first;
      next && !found.has(next);
      next = byId.get(next.supersededBy ?? '')
    )
      found.add(next);
  return found;
}
