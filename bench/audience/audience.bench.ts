import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Keyring } from '../../src/platform/keyring.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { knownSchools } from '../../test/demo/expectation.js';
import { seeded } from '../../test/support/seeded.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { BenchDatabase } from '../support/database.js';
import { machine } from '../support/machine.js';
import { Peer } from '../support/peer.js';
import {
  cpuPerItem,
  isMet,
  median,
  perSecond,
  ratioOf,
  rounded,
  summary,
  type Measure,
  type Result,
} from '../support/result.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { matching } from './matching.js';
import type { Alarm, MatchSetup } from './peer-setup.js';
import { seedFamilies } from './seed-families.js';

/** So many that a round lasts: on a busy machine short ones tell little. */
const ALARMS = 30;
/** Of eleven parts one is here; elsewhere there are ten, or one. */
const PARTS = 11;
/** Shared buffers hold what so many families need, and the comparison's points beside it. */
const FAMILIES_IN_GB = 2_000_000;

export const audience: Bench = {
  name: 'audience',
  what: 'whom an alert is for, among all subscriptions',
  size: 1_000_000,
  run,
};

interface Place {
  database: BenchDatabase;
  setup: MatchSetup;
}

async function run(options: BenchOptions): Promise<Result> {
  const { size, progress } = options;
  const secrets = freshSecrets();
  const here = Math.round(size / PARTS);
  progress.say(`seeding ${size} subscriptions`);
  const large = await placed(options, secrets, here, size - here);
  progress.say(`seeding ${2 * here} beside them`);
  const small = await placed(options, secrets, here, here);
  const contestants = [
    await matchingAt('campana', 'campana', large, options),
    await matchingAt('a tenth elsewhere', 'campana', small, options),
    await matchingAt('earthdistance', 'earthdistance', large, options),
  ];
  return resultOf(options, await alternate(contestants, options.rounds, progress));
}

async function placed(
  { undo, size }: BenchOptions,
  secrets: ReturnType<typeof freshSecrets>,
  here: number,
  elsewhere: number,
): Promise<Place> {
  const database = await BenchDatabase.start({
    fsync: 'off',
    shared_buffers: `${gigabytes(size)}GB`,
    max_wal_size: '8GB',
  });
  undo.push(() => database.close());
  const env = { ...process.env, DATABASE_URL: database.url, ...secrets };
  const shipped = 'data/schools/osceola_orange_FL.edge.txt';
  const program = 'dist/src/schools/import.command.js';
  await promisify(execFile)(process.execPath, [program, shipped], { env });
  await seedFamilies(database, Keyring.from(secrets), here, elsewhere);
  return {
    database,
    setup: { url: database.url, secrets, alarms: await alarms(database, secrets) },
  };
}

const gigabytes = (families: number) => Math.max(1, Math.ceil(families / FAMILIES_IN_GB));

/** At schools of the two counties; each with the radius within which as many homes lie as it matches. */
async function alarms(
  { url, pool }: BenchDatabase,
  secrets: Record<string, string>,
): Promise<Alarm[]> {
  const random = seeded(7);
  const schools = knownSchools();
  const { match, close } = await matching(url, secrets);
  const all: Alarm[] = [];
  while (all.length < ALARMS) {
    const { latitude, longitude } = schools[Math.floor(random() * schools.length)]!;
    const matched = await match({ latitude, longitude });
    const { rows } = await pool.query<{ meters: number }>(
      `SELECT earth_distance(ll_to_earth($1, $2), place) AS meters FROM home
       ORDER BY meters LIMIT 1 OFFSET $3`,
      [latitude, longitude, Math.max(0, matched - 1)],
    );
    all.push({ latitude, longitude, meters: rows[0]!.meters });
  }
  await close();
  return all;
}

async function matchingAt(
  name: string,
  program: string,
  { database, setup }: Place,
  { undo }: BenchOptions,
): Promise<Contestant> {
  const env = { DATABASE_URL: setup.url, ...setup.secrets };
  const peer = await Peer.start(`dist/bench/audience/${program}.peer.js`, setup, env);
  undo.push(() => peer.stop());
  return {
    name,
    async round() {
      const before = database.cpuMicros();
      const measure = await peer.round();
      const spent = database.cpuMicros() - before;
      const databaseCpuMicros = spent / measure.items;
      const withDatabaseCpuMicros = databaseCpuMicros + cpuPerItem(measure);
      return { ...measure, more: { databaseCpuMicros, withDatabaseCpuMicros } };
    },
  };
}

function resultOf({ size, rounds }: BenchOptions, measures: Map<string, Measure[]>): Result {
  const campana = measures.get('campana')!;
  const tenth = measures.get('a tenth elsewhere')!;
  const earthdistance = measures.get('earthdistance')!;
  const micros = rounded(median(campana.map((one) => 1e6 / perSecond(one))));
  const faster = ratioOf(campana, earthdistance, perSecond);
  const more = ratioOf(campana, tenth, (one) => 1 / perSecond(one));
  const matched = Math.round(campana[0]!.items / ALARMS);
  return {
    bench: 'audience',
    rounds,
    items: size,
    campana: { ...summary(campana), microsPerDevice: micros },
    peers: {
      earthdistance: summary(earthdistance),
      'a tenth elsewhere': summary(tenth),
    },
    ratios: {
      'matched per second, of earthdistance': faster,
      'CPU with the database, of earthdistance': ratioOf(
        campana,
        earthdistance,
        ({ more }) => more!.withDatabaseCpuMicros!,
      ),
      'time at 10 times the subscriptions elsewhere': more,
    },
    met: {
      'at most 3 µs for each matched device': isMet({ ratio: micros, atMost: 3 }),
      'at least 5 times the matches per second of earthdistance': isMet({
        ratio: faster,
        atLeast: 5,
      }),
      '10 times the subscriptions elsewhere cost at most 1.2 times': isMet({
        ratio: more,
        atMost: 1.2,
      }),
    },
    notes: [
      `a round matches ${ALARMS} alerts, each for ${matched} devices, all ids handed over; per second are matched devices`,
      `1/${PARTS} of the families live in the shipped two counties by census population (1 in 4 follows a second area), the others in copies of them under tags of their own`,
      'CPU per item is Node alone; databaseCpuMicros is PostgreSQL, withDatabaseCpuMicros both',
      'earthdistance answers in one query, with the radius at which as many homes are found',
      `PostgreSQL with fsync off for the seeding, which reading does not notice, and ${gigabytes(size)} GB of shared buffers for all`,
      machine(),
    ],
  };
}
