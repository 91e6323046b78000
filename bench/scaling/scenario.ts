/** What is asked of the model: a network, its machines, and the world around. */
export interface Scenario {
  subscribers: number;
  /** Of all subscribers, those in the metropolitan area; 0 to 1. */
  metro: number;
  /** Of the area's subscribers, those whom the alert is for; 0 to 1. */
  share: number;
  /** Of the audience, those connected by a socket and without push; 0 to 1. */
  socketsShare: number;
  areasPerDevice: number;
  /** Worker processes, and the cores that each may use. */
  workers: number;
  cores: number;
  apis: number;
  /** Database nodes that hold shards; 1: one PostgreSQL, nothing distributed. */
  databases: number;
  /** Cores of each database node. */
  databaseCores: number;
  maxConnections: number;
  walMbPerSecond: number;
  /** Devices that each worker makes keys ahead for (`PUSH_KEYS_AHEAD`). */
  keysAhead: number;
  /** Median of a push service's answers, and the sigma of their logarithm; 0: all alike. */
  pushLatencyMs: number;
  latencySpread: number;
  /** Requests at once that an HTTP/2 connection of a push service takes. */
  streams: number;
  /** Shares of the push services, each an origin; they add up to 1. */
  origins: readonly number[];
  workerMbit: number;
  alertsPerMonth: number;
  pricePerCoreHour: number;
  pricePerGbMonth: number;
  pricePerGbOut: number;
  /** Where workers, database and push service share the cores of one machine, as in the benchmark. */
  sharedCores: number | undefined;
  /** How much of those others use, 0 to 1. */
  othersShare: number;
}

export const DEFAULTS: Scenario = {
  subscribers: 100_000_000,
  metro: 0.06,
  share: 0.1,
  socketsShare: 0.005,
  areasPerDevice: 2,
  workers: 8,
  cores: 1,
  apis: 10,
  databases: 1,
  databaseCores: 16,
  maxConnections: 600,
  walMbPerSecond: 200,
  keysAhead: 50_000,
  pushLatencyMs: 80,
  latencySpread: 0.6,
  streams: 100,
  origins: [0.6, 0.3, 0.05, 0.05],
  workerMbit: 1_000,
  alertsPerMonth: 300,
  pricePerCoreHour: 0.05,
  pricePerGbMonth: 0.12,
  pricePerGbOut: 0.09,
  sharedCores: undefined,
  othersShare: 0,
};

/** Whom the alert reaches by push and by socket. */
export function audienceOf({ subscribers, metro, share, socketsShare }: Scenario) {
  const audience = Math.round(subscribers * metro * share);
  const sockets = Math.round(audience * socketsShare);
  return { audience, sockets, pushes: audience - sockets };
}
