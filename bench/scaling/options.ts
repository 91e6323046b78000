import { parseArgs } from 'node:util';
import { COSTS, CostsError, type CostName, type Costs } from './costs.js';
import { DEFAULTS, type Scenario } from './scenario.js';

/** What `simulate` was asked. */
export interface Request {
  scenario: Scenario;
  /** Costs to use in place of the file's. */
  costs: Partial<Costs>;
  file: string;
  json: boolean;
  /** Holds the model against the fan-outs that were watched. */
  check: boolean;
  help: boolean;
}

interface Rule {
  name: string;
  field: keyof Scenario;
  about: string;
  min: number;
  max: number;
  whole?: boolean;
}

const count = (
  name: string,
  field: Rule['field'],
  min: number,
  max: number,
  about: string,
): Rule => {
  return { name, field, about, min, max, whole: true };
};
const amount = (
  name: string,
  field: Rule['field'],
  min: number,
  max: number,
  about: string,
): Rule => {
  return { name, field, about, min, max };
};

const RULES: Rule[] = [
  count('subscribers', 'subscribers', 1, 1e10, 'families subscribed in all'),
  amount('share', 'share', 0, 1, 'of the metro’s subscribers, those whom the alert is for'),
  amount('sockets-share', 'socketsShare', 0, 1, 'of them, those on a socket and without push'),
  amount('areas', 'areasPerDevice', 1, 5, 'areas that a device follows, on average'),
  count('workers', 'workers', 1, 10_000, 'worker processes'),
  count('cores', 'cores', 1, 64, 'cores of each worker; it uses hardly more than two'),
  count('apis', 'apis', 1, 10_000, 'API processes'),
  count('databases', 'databases', 1, 1_000, 'database nodes that hold subscriptions; 1: no Citus'),
  count('database-cores', 'databaseCores', 1, 1_024, 'cores of each database node'),
  count('max-connections', 'maxConnections', 1, 100_000, 'max_connections of PostgreSQL'),
  amount('wal-mb-per-second', 'walMbPerSecond', 0.1, 1e5, 'WAL that the disk takes'),
  count('keys-ahead', 'keysAhead', 0, 1e10, 'PUSH_KEYS_AHEAD of each worker'),
  amount('push-latency-ms', 'pushLatencyMs', 0, 60_000, 'median of a push service’s answers'),
  amount('latency-spread', 'latencySpread', 0, 3, 'sigma of their logarithm; 0: all alike'),
  count('streams', 'streams', 1, 10_000, 'requests at once per connection to a push service'),
  amount('worker-mbit', 'workerMbit', 1, 1e6, 'network of each worker'),
  amount('alerts-per-month', 'alertsPerMonth', 0, 1e6, 'alerts like this one in a month'),
  amount('price-per-core-hour', 'pricePerCoreHour', 0, 1e4, 'in your currency, as all prices'),
  amount('price-per-gb-month', 'pricePerGbMonth', 0, 1e4, 'storage of the database'),
  amount('price-per-gb-out', 'pricePerGbOut', 0, 1e4, 'traffic to push services'),
];

/** The longest simulation worth waiting for. */
const MOST_PUSHES = 20_000_000;

const shown = (value: unknown) => (Array.isArray(value) ? value.join(',') : String(value));

export const USAGE = `Usage: npm run simulate -- [options]

How long an alert to a part of a metropolitan area takes, what holds it up, and what it costs: the
measured costs of this machine, put together as the service works. See docs/scaling.md.

${[
  ...RULES.map(({ name, field, about }) =>
    option(`${name} N`, `${about} (${shown(DEFAULTS[field])})`),
  ),
  option(
    'metro N',
    `of all subscribers, those in the metro: a part of 1, or a number (${DEFAULTS.metro})`,
  ),
  option('origins N,N…', `shares of the push services, 1 in all (${shown(DEFAULTS.origins)})`),
  option('costs FILE', 'measured costs (bench/scaling/costs.json)'),
  option('cost NAME=VALUE', 'another value of one of them; may be given again'),
  option('check', 'holds the model against the fan-outs that were watched when it was measured'),
  option('json', 'one object on stdout'),
  option('help', 'shows this'),
].join('\n')}

Exit status: 0 answered, 2 refused.`;

function option(name: string, about: string): string {
  return `  --${name.padEnd(23)} ${about}`;
}

/** @throws CostsError naming the option that cannot be used, and what would do */
export function readOptions(args: string[]): Request {
  const values = parsed(args);
  const scenario = { ...DEFAULTS };
  for (const rule of RULES) {
    const text = values[rule.name] as string | undefined;
    if (text !== undefined) Object.assign(scenario, { [rule.field]: numberOf(rule, text) });
  }
  if (values.metro !== undefined) scenario.metro = metroOf(values.metro, scenario.subscribers);
  if (values.origins !== undefined) scenario.origins = originsOf(values.origins);
  checkAudience(scenario);
  return {
    scenario,
    costs: Object.fromEntries((values.cost ?? []).map(costOf)) as Partial<Costs>,
    file: values.costs ?? 'bench/scaling/costs.json',
    ...{ json: values.json ?? false, check: values.check ?? false, help: values.help ?? false },
  };
}

function checkAudience({ subscribers, metro, share }: Scenario): void {
  const devices = subscribers * metro * share;
  if (devices > MOST_PUSHES)
    throw new CostsError(
      `That is an alert to ${Math.round(devices)} devices; this simulates ${MOST_PUSHES} at most: ` +
        'lower --share or --metro.',
    );
  if (devices < 1)
    throw new CostsError(
      'That is an alert to nobody: raise --subscribers, --share or --metro. ' +
        'Six of a hundred are --metro 0.06; above 1 it is a number of subscribers.',
    );
}

function parsed(args: string[]) {
  const numbers = Object.fromEntries(RULES.map(({ name }) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...numbers,
        metro: { type: 'string' },
        origins: { type: 'string' },
        costs: { type: 'string' },
        cost: { type: 'string', multiple: true },
        check: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values as Record<string, unknown> & {
      [name in 'metro' | 'origins' | 'costs']?: string;
    } & { cost?: string[] } & { [name in 'check' | 'json' | 'help']?: boolean };
  } catch (error) {
    const reason = (error as Error).message.replace(/\.?$/, '.');
    throw new CostsError(`${reason} npm run simulate -- --help lists them.`);
  }
}

function numberOf({ name, min, max, whole }: Omit<Rule, 'field' | 'about'>, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text.replaceAll('_', ''));
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new CostsError(
    `--${name} must be ${kind} from ${min} to ${max}, got ${JSON.stringify(text)}`,
  );
}

/** A part of 1, or so many subscribers. */
function metroOf(text: string, subscribers: number): number {
  const value = numberOf({ name: 'metro', min: 0, max: subscribers }, text);
  return value <= 1 ? value : value / subscribers;
}

function originsOf(text: string): number[] {
  const shares = text.split(',').map(Number);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (shares.every((share) => share > 0) && Math.abs(sum - 1) < 1e-6) return shares;
  throw new CostsError(
    `--origins must be shares above 0 that add up to 1, such as 0.6,0.3,0.1, got ${JSON.stringify(text)}`,
  );
}

function costOf(text: string): [CostName, number] {
  const [name, value] = text.split('=') as [string, string | undefined];
  if (!Object.hasOwn(COSTS, name))
    throw new CostsError(
      `--cost ${JSON.stringify(text)} names no cost; there are ${Object.keys(COSTS).join(', ')}`,
    );
  return [
    name as CostName,
    numberOf({ name: `cost ${name}=VALUE`, min: 0, max: 1e12 }, value ?? ''),
  ];
}
