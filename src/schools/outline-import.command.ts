import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Clock } from '../platform/clock.js';
import { UsageError, explain, runCommand } from '../platform/command.js';
import { SCHOOL_ENTITIES } from './district.entity.js';
import { outlinesOf } from './outline.js';
import { OutlineRow } from './outline.entity.js';
import { OutlinesStore } from './outlines.store.js';

const MOST_BYTES = 256 * 1024 * 1024;
const SHOWN = 20;

const USAGE = `Usage: npm run outlines:import -- FILE --source WORDS

Brings the outlines of districts up to date with GeoJSON in longitude and latitude, as the Census
Bureau (TIGER school districts) and NCES (EDGE) publish it: features with LEAID or GEOID. District
briefs draw their maps over them.

  --source WORDS   whose file it is, and of when; stands below each map
  --help           shows this

Features that cannot be used are reported and left out, and so are districts whose schools were not
imported. Exit status: 0 done, 2 refused.`;

function readArguments(args: string[]): { file: string; source: string } | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError(`Which one file?\n\n${USAGE}`);
  const source = values.source?.trim() ?? '';
  if (source === '' || source.length > 200)
    throw new UsageError(
      `--source: whose file is it, and of when? At most 200 letters.\n\n${USAGE}`,
    );
  return { file, source };
}

function parsed(args: string[]) {
  try {
    const options = {
      source: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function contentOf(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes) throw new UsageError(`${file} cannot be read.`);
  if (bytes.length > MOST_BYTES) throw new UsageError(`${file} is larger than 256 MiB.`);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === 'help') return void process.stdout.write(`${USAGE}\n`);
  const found = outlinesOf(await contentOf(asked.file));
  if (!found) throw new UsageError(`${asked.file} is no GeoJSON FeatureCollection.`);
  const { outlines, problems } = found;
  for (const { feature, message } of problems.slice(0, SHOWN))
    process.stderr.write(`${asked.file}: feature ${feature} ${message}\n`);
  if (problems.length > SHOWN)
    process.stderr.write(`… and ${problems.length - SHOWN} more features that were left out\n`);
  await runCommand([...SCHOOL_ENTITIES, OutlineRow], async ({ database }) => {
    const store = new OutlinesStore();
    const now = new Clock().now();
    const known = await database.transaction((tx) => store.put(tx, outlines, asked.source, now));
    process.stdout.write(
      `outlines: read ${outlines.length}, of known districts ${known}, left out ${problems.length}\n`,
    );
    return 0;
  });
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
