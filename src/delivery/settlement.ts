import type { Outcome } from './channel.js';

/** One device's attempt and what came of it. */
export interface Attempt {
  id: string;
  host: string;
  /** Of the VAPID key it is sent with. */
  keyId: string | null;
  outcome: Outcome;
}

/** Devices of one push service, sent to with one key, that wait for another attempt. */
export interface Wait {
  ids: string[];
  /** The longest of them: a service's "retry after" holds for all of them. */
  afterMs: number;
}

/** What one run over a batch changes: which devices move where, and when to try the rest again. */
export interface Settlement {
  told: string[];
  /** Perhaps told: they get the correction, and are tried again. */
  unsure: string[];
  /** By push service and key, so that none is tried early, or late, because of another. */
  waits: Map<string, Wait>;
  gone: string[];
  missing: string[];
  failed: string[];
  /** Devices by push service with a final answer, and how many of them are gone. */
  hosts: Map<string, { sent: number; gone: number }>;
}

/** Faults that an operator can mend while the alert is still on: keys and permissions. */
const MENDABLE = new Set([400, 401, 403]);
const FAULT_RETRY_MS = 60_000;

/** How long until another attempt; undefined when this was the last word on the device. */
export function waitOf(outcome: Outcome): number | undefined {
  if (outcome.kind === 'retry') return outcome.afterMs;
  return outcome.kind === 'fault' && MENDABLE.has(outcome.status) ? FAULT_RETRY_MS : undefined;
}

/** Where an outcome that is the last word puts a device. */
const FINAL = {
  accepted: 'told',
  gone: 'gone',
  missing: 'missing',
  expired: 'failed',
  fault: 'failed',
  retry: 'failed',
} as const satisfies Record<Outcome['kind'], keyof Settlement>;

/** Sorts attempts. `unsubscribed` are devices whose row is gone: there is nobody to tell. */
export function settle(attempts: Attempt[], unsubscribed: string[]): Settlement {
  const result: Settlement = {
    told: [],
    unsure: [],
    waits: new Map(),
    gone: [...unsubscribed],
    missing: [],
    failed: [],
    hosts: new Map(),
  };
  for (const attempt of attempts) {
    const { id, outcome } = attempt;
    const afterMs = waitOf(outcome);
    if (outcome.kind === 'retry' && outcome.uncertain) result.unsure.push(id);
    if (afterMs !== undefined) putOff(result.waits, attempt, afterMs);
    else {
      result[FINAL[outcome.kind]].push(id);
      if (wasSent(outcome)) countHost(result.hosts, attempt);
    }
  }
  return result;
}

function putOff(waits: Settlement['waits'], { id, host, keyId }: Attempt, afterMs: number) {
  const group = `${host} ${keyId}`;
  const wait = waits.get(group) ?? { ids: [], afterMs: 0 };
  wait.ids.push(id);
  wait.afterMs = Math.max(wait.afterMs, afterMs);
  waits.set(group, wait);
}

/** What was never sent says nothing about the push service. */
const wasSent = (outcome: Outcome) => !(outcome.kind === 'fault' && outcome.status === 0);

function countHost(hosts: Settlement['hosts'], { host, outcome }: Attempt): void {
  const count = hosts.get(host) ?? { sent: 0, gone: 0 };
  count.sent++;
  if (outcome.kind === 'gone' || outcome.kind === 'missing') count.gone++;
  hosts.set(host, count);
}

/** Whom to try again, and when: the soonest stays in its batch, each other gets one of its own. */
export interface Retries {
  stays: { ids: string[]; at: Date } | undefined;
  apart: { ids: string[]; at: Date }[];
  /** Their turn would come after the message's expiry. */
  tooLate: string[];
}

export function retriesOf(waits: Settlement['waits'], now: Date, expires: Date): Retries {
  const turns = [...waits.values()]
    .map(({ ids, afterMs }) => ({ ids, at: new Date(now.getTime() + afterMs) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const [stays, ...apart] = turns.filter(({ at }) => at < expires);
  const tooLate = turns.filter(({ at }) => at >= expires).flatMap(({ ids }) => ids);
  return { stays, apart, tooLate };
}
