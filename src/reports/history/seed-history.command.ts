import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LEDGER_ENTITIES, LedgerStore } from '../../ledger/ledger.store.js';
import { calendarDay } from '../../platform/calendar-day.js';
import { Clock } from '../../platform/clock.js';
import { UsageError, explain, runCommand } from '../../platform/command.js';
import { HistoryStore } from './history.store.js';
import type { Tract } from './plausible-history.js';
import { writeHistory, type Written } from './write-history.js';

const TRACTS = 'data/population/tracts_osceola_orange_FL.csv';
const DAY_MS = 86_400_000;

const USAGE = `Usage: npm run seed:history -- --incidents N [--years Y] [--seed S] [--until DAY]

Makes up a history of some years at the schools that were imported, to try the service with: reports,
decisions, corrections, what was recorded afterwards, what districts had promised. Every incident says
that it is synthetic, for good. Nobody is told anything.

  --incidents N       1 to 1,000,000
  --years Y           1 to 20; 4 unless given
  --seed S            a whole number; the same one makes the same history of the same schools; 1 unless given
  --until DAY         the last day, as 2026-09-30; yesterday unless given
  --tracts FILE       census tracts by which people are placed: GEOID,POPULATION,LATITUDE,LONGITUDE;
                      ${TRACTS} unless given
  --beside-real HOST  also where there are incidents that happened; HOST is that of PUBLIC_URL
  --help              shows this

It takes a minute or two for 100,000. Exit status: 0 done, 2 refused: nothing was written.`;

interface Asked {
  incidents: number;
  years: number;
  seed: number;
  until: string | undefined;
  tracts: string;
  besideReal: string | undefined;
}

/** @throws UsageError */
function readArguments(args: string[]): Asked | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const whole = (name: 'incidents' | 'years' | 'seed', from: number, to: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    const range = `${from.toLocaleString('en')} to ${to.toLocaleString('en')}`;
    throw new UsageError(`--${name} must be a whole number from ${range}.\n\n${USAGE}`);
  };
  if (values.until !== undefined && !calendarDay(values.until))
    throw new UsageError(`--until must be a calendar day, such as 2026-09-30.\n\n${USAGE}`);
  return {
    incidents: whole('incidents', 1, 1_000_000),
    years: whole('years', 1, 20),
    seed: whole('seed', 0, 2 ** 31 - 1),
    until: values.until,
    tracts: values.tracts,
    besideReal: values['beside-real'],
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        incidents: { type: 'string' },
        years: { type: 'string', default: '4' },
        seed: { type: 'string', default: '1' },
        until: { type: 'string' },
        tracts: { type: 'string', default: TRACTS },
        'beside-real': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** @throws UsageError when a file that was named is not there, or is none of tracts. */
function readTracts(path: string): Tract[] {
  if (!existsSync(path)) {
    if (path === TRACTS) return [];
    throw new UsageError(`${path}: there is no such file.`);
  }
  const [, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  return lines.map((line, at) => {
    const [, population, latitude, longitude] = line.split(',').map(Number);
    if (![population, latitude, longitude].every(Number.isFinite))
      throw new UsageError(`${path}:${at + 2}: is no census tract.`);
    return { population: population!, latitude: latitude!, longitude: longitude! };
  });
}

/** @throws UsageError */
function isForced(asked: string | undefined, publicUrl: string): boolean {
  if (asked === undefined) return false;
  const { host } = new URL(publicUrl);
  if (asked === host) return true;
  throw new UsageError(`--beside-real must name this network: ${host}`);
}

const report = ({ incidents, reports, policies }: Written) =>
  `history: ${incidents} incidents, ${reports} reports, ${policies} policies, all of it made up\n`;

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (!asked) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const tracts = readTracts(asked.tracts);
  await runCommand(LEDGER_ENTITIES, async ({ database, config }) => {
    const now = new Clock().now();
    const yesterday = new Date(now.getTime() - DAY_MS).toISOString().slice(0, 10);
    const until = asked.until ?? yesterday;
    if (until > yesterday) throw new UsageError(`--until must be ${yesterday} or earlier.`);
    const besideReal = isForced(asked.besideReal, config.http.publicUrl);
    const stores = { store: new HistoryStore(), ledger: new LedgerStore(config) };
    let shown = 0;
    const written = await writeHistory(
      database,
      stores,
      { ...asked, now, until, tracts, besideReal },
      (count) => {
        if (count < shown + 10_000) return;
        shown = count;
        process.stderr.write(`${count.toLocaleString('en')} incidents\n`);
      },
    );
    process.stdout.write(report(written));
    return 0;
  });
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
