import { Dice } from '../../src/reports/history/dice.js';
import type { Costs } from './costs.js';
import { audienceOf, type Scenario } from './scenario.js';
import { simulate, type Simulated } from './simulation.js';

/** What a fan-out leans on, in the words of docs/scaling.md. */
export const RESOURCES = {
  answers: 'workers waiting for push services',
  workers: 'CPU of the workers',
  planning: 'planning: one job, page after page',
  row: 'the delivery’s row, locked by each settlement',
  database: 'CPU of PostgreSQL',
  wal: 'WAL to disk',
  network: 'network of the workers',
} as const;
export type Resource = keyof typeof RESOURCES;

/** Something that does not fit, whatever the speed. */
export interface Limit {
  what: string;
  needed: number;
  available: number;
  fix: string;
}

/** A change of one thing, and what the same alert takes then. */
export interface Move {
  change: string;
  lastSeconds: number;
}

export interface Assessment {
  audience: number;
  pushes: number;
  sockets: number;
  /** Seconds after the decision; undefined where nobody is told so. */
  firstSeconds: number | undefined;
  halfSeconds: number | undefined;
  p99Seconds: number | undefined;
  lastSeconds: number | undefined;
  lastSocketSeconds: number | undefined;
  pushesPerSecond: number;
  /** In parts of 1, over the time from the decision to the end. */
  use: Record<Resource, number>;
  /** What is used most. */
  bottleneck: Resource;
  /** The best change first. */
  moves: Move[];
  limits: Limit[];
  storageGb: number;
  money: { perMonth: number; workers: number; rest: number; storage: number; perAlert: number };
}

const SEED = 2_026;
const HOURS = 730;
const GB = 1e9;
/** `MAX_SOCKETS` of delivery/socket/family-sockets.ts. */
const SOCKETS_PER_PROCESS = 60_000;

/** Answers how long, what next and how much, of one network. */
export function assess(scenario: Scenario, costs: Costs): Assessment {
  const run = simulate(scenario, costs, new Dice(SEED));
  const reached = audienceOf(scenario);
  const times = run.answeredAt.toSorted();
  const at = (share: number) => secondsAt(times, share);
  const use = useOf(scenario, costs, run);
  const [bottleneck] = (Object.entries(use) as [Resource, number][]).reduce((most, next) =>
    next[1] > most[1] ? next : most,
  );
  const last = at(1);
  return {
    ...reached,
    ...{ firstSeconds: at(0), halfSeconds: at(0.5), p99Seconds: at(0.99), lastSeconds: last },
    lastSocketSeconds: reached.sockets > 0 ? socketSeconds(scenario, costs) : undefined,
    pushesPerSecond: last === undefined ? 0 : reached.pushes / last,
    ...{ use, bottleneck },
    moves: movesOf(scenario, costs),
    limits: limitsOf(scenario, costs),
    storageGb: storageGb(scenario, costs),
    money: moneyOf(scenario, costs, run),
  };
}

/** @param share of the sorted times, in ms */
function secondsAt(times: Float64Array, share: number): number | undefined {
  const at = times[Math.max(0, Math.ceil(times.length * share) - 1)];
  return at === undefined ? undefined : at / 1_000;
}

function socketSeconds(scenario: Scenario, { planStartMillis, socketMicros }: Costs): number {
  const each = audienceOf(scenario).sockets / scenario.apis;
  return (planStartMillis + (each * socketMicros) / 1_000) / 1_000;
}

function useOf(scenario: Scenario, costs: Costs, run: Simulated): Record<Resource, number> {
  const { pushes } = audienceOf(scenario);
  const millis = Math.max(1, run.endedAt);
  const wal = costs.walDecisionBytes + pushes * (costs.walPlanBytes + costs.walSettleBytes);
  const wire = (pushes * costs.wireBytes * 8) / 1e6 / scenario.workers / scenario.workerMbit;
  return {
    answers: run.waitingMillis / scenario.workers / millis,
    workers: (run.sendingMillis + run.workerMillis) / run.workerCores / millis,
    planning: run.plannedAt / millis,
    row: run.rowMillis / millis,
    database: run.databaseMillis / run.databaseCores / millis,
    wal: wal / 1e6 / scenario.walMbPerSecond / (millis / 1_000),
    network: wire / (millis / 1_000),
  };
}

/** Each simulated by itself, so that what is promised is what the model says. */
function movesOf(scenario: Scenario, costs: Costs): Move[] {
  const { workers, cores, databaseCores, databases, subscribers, keysAhead } = scenario;
  const changes: [string, Partial<Scenario>, Partial<Costs>?][] = [
    [`twice the workers: ${workers * 2}`, { workers: workers * 2 }],
    [`twice the cores of each worker: ${cores * 2}`, { cores: cores * 2 }],
    [`twice the cores of the database: ${databaseCores * 2}`, { databaseCores: databaseCores * 2 }],
    [`subscriptions on ${databases * 2} database nodes`, { databases: databases * 2 }],
    [
      'settlements that lock the delivery’s row half as long (work on the code)',
      {},
      {
        settleHeldMillis: costs.settleHeldMillis / 2,
        settleMillis: costs.settleMillis - costs.settleHeldMillis / 2,
      },
    ],
    [
      'pages of an audience planned in half the time (work on the code)',
      {},
      { pageMillis: costs.pageMillis / 2, remainingRowMicros: costs.remainingRowMicros / 2 },
    ],
  ];
  if (keysAhead < subscribers)
    changes.push(['keys made ahead for every device, in each worker', { keysAhead: subscribers }]);
  return changes
    .map(([change, moved, cheaper]) => {
      const run = simulate({ ...scenario, ...moved }, { ...costs, ...cheaper }, new Dice(SEED));
      return { change, lastSeconds: run.answeredAt.reduce((a, b) => Math.max(a, b), 0) / 1_000 };
    })
    .toSorted((a, b) => a.lastSeconds - b.lastSeconds);
}

function limitsOf(scenario: Scenario, costs: Costs): Limit[] {
  const { workers, apis, maxConnections, subscribers, socketsShare } = scenario;
  const listening = Math.ceil((subscribers * socketsShare) / apis);
  const limits: Limit[] = [
    {
      what: 'connections to PostgreSQL',
      needed: Math.ceil((workers + apis) * costs.connectionLimit),
      available: maxConnections,
      fix: 'raise max_connections (--max-connections), or run fewer and larger processes',
    },
    {
      what: 'sockets of an API process, if every family without push listens',
      needed: listening,
      available: SOCKETS_PER_PROCESS,
      fix: `more API processes (--apis ${Math.ceil((subscribers * socketsShare) / SOCKETS_PER_PROCESS)})`,
    },
  ];
  return limits.filter(({ needed, available }) => needed > available);
}

function storageGb({ subscribers, areasPerDevice }: Scenario, costs: Costs): number {
  return (subscribers * (costs.subscriptionBytes + areasPerDevice * costs.areaBytes)) / GB;
}

/** Machines by the month, whether anything happens or not; an alert's own part is what it sends and computes. */
function moneyOf(scenario: Scenario, costs: Costs, run: Simulated): Assessment['money'] {
  const { workers, cores, apis, databases, databaseCores, pricePerCoreHour, alertsPerMonth } =
    scenario;
  // Shards leave the coordinator, where the rest of the tables stays, a node of its own.
  const nodes = databases > 1 ? databases + 1 : 1;
  const month = HOURS * pricePerCoreHour;
  const sent = (audienceOf(scenario).pushes * costs.wireBytes) / GB;
  const computed = (run.sendingMillis + run.workerMillis + run.databaseMillis) / 3_600_000;
  const perAlert = sent * scenario.pricePerGbOut + computed * pricePerCoreHour;
  const parts = {
    workers: workers * cores * month,
    rest: (apis + nodes * databaseCores) * month,
    storage: storageGb(scenario, costs) * scenario.pricePerGbMonth,
  };
  const alerts = sent * scenario.pricePerGbOut * alertsPerMonth;
  return { ...parts, perMonth: parts.workers + parts.rest + parts.storage + alerts, perAlert };
}
