import type { Outcome } from './channel.js';

/** One device's attempt and what came of it. */
export interface Attempt {
  id: string;
  host: string;
  outcome: Outcome;
}

/** What one run over a batch changes: which devices move where, and when to try the rest again. */
export interface Settlement {
  told: string[];
  /** Perhaps told: they get the correction, and are tried again. */
  unsure: string[];
  pending: string[];
  gone: string[];
  missing: string[];
  failed: string[];
  /** When the first of `pending` may be tried again. */
  retryMs: number;
  /** Devices by push service with a final answer, and how many of them are gone. */
  hosts: Map<string, { sent: number; gone: number }>;
}

/** Faults that an operator can mend while the alert is still on: keys and permissions. */
const MENDABLE = new Set([400, 401, 403]);
const FAULT_RETRY_MS = 60_000;

/** Sorts attempts. `unsubscribed` are devices whose row is gone: there is nobody to tell. */
export function settle(attempts: Attempt[], unsubscribed: string[]): Settlement {
  const result: Settlement = {
    told: [],
    unsure: [],
    pending: [],
    gone: [...unsubscribed],
    missing: [],
    failed: [],
    retryMs: Infinity,
    hosts: new Map(),
  };
  for (const attempt of attempts) {
    const final = sort(attempt, result);
    if (final) countHost(result.hosts, attempt);
  }
  return result;
}

/** @returns whether this was the last word on the device. */
function sort({ id, outcome }: Attempt, into: Settlement): boolean {
  switch (outcome.kind) {
    case 'accepted':
      into.told.push(id);
      return true;
    case 'gone':
      into.gone.push(id);
      return true;
    case 'missing':
      into.missing.push(id);
      return true;
    case 'expired':
      into.failed.push(id);
      return true;
    case 'retry':
      if (outcome.uncertain) into.unsure.push(id);
      return !again(id, outcome.afterMs, into);
    case 'fault':
      if (MENDABLE.has(outcome.status)) return !again(id, FAULT_RETRY_MS, into);
      into.failed.push(id);
      return true;
  }
}

function again(id: string, afterMs: number, into: Settlement): true {
  into.pending.push(id);
  into.retryMs = Math.min(into.retryMs, afterMs);
  return true;
}

function countHost(hosts: Settlement['hosts'], { host, outcome }: Attempt): void {
  const count = hosts.get(host) ?? { sent: 0, gone: 0 };
  count.sent++;
  if (outcome.kind === 'gone' || outcome.kind === 'missing') count.gone++;
  hosts.set(host, count);
}
