import type { FanOutRun } from './measure-fan-out.js';

/** Every cost the model is fed with: what it is of, and in which unit. */
export const COSTS = {
  openMicros: 'µs CPU to open one sealed channel',
  deriveMicros: 'µs CPU to make one message’s keys when none were made ahead',
  sealMicros: 'µs CPU to encrypt one message with keys made ahead',
  sendMicros:
    'µs CPU per push of the sending thread, keys made ahead: open, encrypt, HTTP/2, answer',
  batchMicros: 'µs CPU per batch of a worker’s other threads: claim, read, hand over, settle once',
  databaseBatchMicros: 'µs CPU of PostgreSQL per batch: claim, read, settle once',
  databasePlanMicros: 'µs CPU of PostgreSQL per planned device',
  planStartMillis: 'ms from a job’s transaction’s begin until a worker has taken the job up',
  pageMillis: 'ms to plan a page of 2,500 devices: find them, write batches and jobs',
  remainingRowMicros: 'µs that a page takes longer for each device still ahead of it',
  claimMillis: 'ms of the transaction that claims a batch',
  claimHeldMillis:
    'ms thereof with the delivery’s row share-locked: claims together, settlements not',
  readMillis: 'ms to read a batch’s 250 devices',
  settleMillis: 'ms of the transaction that settles a batch of four push services',
  settleHeldMillis: 'ms thereof with the delivery’s row locked for itself',
  commitMillis: 'ms of a commit, one row updated',
  walDecisionBytes: 'bytes of WAL of a report and its verification, all that they write',
  walPlanBytes: 'bytes of WAL per planned device',
  walSettleBytes: 'bytes of WAL per device, claimed and settled',
  subscriptionBytes: 'bytes on disk of a subscription with push, indexes included',
  areaBytes: 'bytes on disk of a followed area, indexes included',
  batchBytes: 'bytes on disk of a settled batch of 250, indexes included',
  wireBytes: 'bytes on the wire per push, TLS included, both ways',
  sinkMicros: 'µs CPU per push of the benchmark’s push service, where it shares the machine',
  apiConnections: 'connections to PostgreSQL of an API process in use',
  connectionLimit: 'connections to PostgreSQL that a process may hold',
  workerConnections: 'connections to PostgreSQL of a worker in a fan-out',
  apiResidentBytes: 'bytes of memory of an API process without sockets',
  workerResidentBytes: 'bytes of memory of a worker after a fan-out, no keys made ahead',
  keyAheadBytes: 'bytes of memory of a worker per device with keys made ahead',
  socketMicros: 'µs CPU of an API process per socket told',
} as const;
export type CostName = keyof typeof COSTS;
export type Costs = Record<CostName, number>;

/** A real fan-out that was watched while everything shared one machine: the model is held against it. */
export interface Observed extends Pick<
  FanOutRun,
  'devices' | 'firstSeconds' | 'halfSeconds' | 'p99Seconds' | 'lastSeconds' | 'othersShare'
> {
  workers: number;
  /** Of push services, in ms. */
  latencyMs: number;
  keysAhead: boolean;
}

export interface Machine {
  cores: number;
  description: string;
}

/** `costs.json`: the one place of measured inputs. */
export interface CostsFile {
  note: string;
  measured: { on: string; by: string; machine: Machine };
  costs: Record<CostName, { value: number; unit: string; from: string }>;
  observed: Observed[];
}

/** A file or an option that cannot be used; the message says which part, and what would do. */
export class CostsError extends Error {}

/** @throws CostsError naming the first cost that is missing or no number */
export function costsOf(file: unknown): Costs {
  const given = (file as Partial<CostsFile> | null)?.costs;
  if (!given) throw new CostsError('It has no "costs": npm run bench:costs writes such a file.');
  const names = Object.keys(COSTS) as CostName[];
  return Object.fromEntries(
    names.map((name) => {
      const value: unknown = given[name]?.value;
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return [name, value];
      throw new CostsError(`costs.${name}.value must be a number (${COSTS[name]})`);
    }),
  ) as Costs;
}
