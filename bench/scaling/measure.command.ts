import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { say, table, title } from '../../test/demo/screen.js';
import { COSTS, type CostName, type CostsFile } from './costs.js';
import { Measurement, PHASES, type Phase } from './measurement.js';
import { Rig } from './rig.js';

const FILE = 'bench/scaling/costs.json';

const NOTE =
  'Measured inputs of the model in this folder. Written by npm run bench:costs; docs/scaling.md says ' +
  'what each is for. To try another value without measuring: npm run simulate -- --cost NAME=VALUE.';

const USAGE = `Usage: npm run bench:costs -- [--only PHASE,…]

Measures on real parts what the model of docs/scaling.md is fed with, and writes it to ${FILE}.
Needs Linux, 3 GB in the temporary directory, and cores that nobody else uses.

  --only PHASE,…   some phases; the file keeps the rest as it was: ${PHASES.join(', ')}
  --help           shows this`;

async function main(): Promise<number> {
  const phases = readPhases(process.argv.slice(2));
  if (typeof phases === 'string') {
    process.stderr.write(`${phases}\n`);
    return phases === USAGE ? 0 : 2;
  }
  title('What a fan-out costs, on real parts');
  const rig = await Rig.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void rig.stop().then(() => process.exit(130)));
  try {
    const measurement = new Measurement(rig, say);
    await measurement.run(phases);
    const { n } = await rig.row<{ n: string }>(`SELECT current_setting('server_version') AS n`);
    const file = fileOf(await earlier(), measurement, n.split(' ')[0]!);
    await writeFile(FILE, await pretty(JSON.stringify(file)));
    title(`Written to ${FILE}`);
    table(Object.entries(file.costs).map(([cost, { value, unit }]) => ({ cost, value, unit })));
    return 0;
  } finally {
    await rig.stop();
  }
}

/** @returns the phases, or what to say */
function readPhases(args: string[]): readonly Phase[] | string {
  try {
    const options = { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { only, help } = parseArgs({ args, options }).values;
    if (help) return USAGE;
    if (only === undefined) return PHASES;
    const phases = only.split(',');
    const unknown = phases.find((phase) => !(PHASES as readonly string[]).includes(phase));
    if (unknown === undefined) return phases as Phase[];
    return `--only ${unknown} is no phase; there are ${PHASES.join(', ')}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${USAGE}`;
  }
}

async function earlier(): Promise<Partial<CostsFile>> {
  return readFile(FILE, 'utf8').then(
    (text) => JSON.parse(text) as CostsFile,
    () => ({}),
  );
}

function fileOf(
  before: Partial<CostsFile>,
  { found, observed }: Measurement,
  postgres: string,
): CostsFile {
  const [cpu] = cpus();
  const measured = Object.entries(found).map(([name, { value, from }]) => {
    const unit = COSTS[name as CostName];
    return [name, { value: Number(value.toPrecision(4)), unit, from }] as const;
  });
  const all: Partial<CostsFile['costs']> = { ...before.costs, ...Object.fromEntries(measured) };
  return {
    note: NOTE,
    measured: {
      on: new Date().toISOString().slice(0, 10),
      by: 'npm run bench:costs',
      machine: {
        cores: cpus().length,
        description: `${cpus().length} cores (${cpu!.model.trim()}), Node ${process.version}, PostgreSQL ${postgres}`,
      },
    },
    costs: Object.fromEntries(
      (Object.keys(COSTS) as CostName[]).flatMap((name) => (all[name] ? [[name, all[name]]] : [])),
    ) as CostsFile['costs'],
    observed: observed ?? before.observed ?? [],
  };
}

const pretty = async (text: string) =>
  format(text, { ...(await resolveConfig(FILE)), filepath: FILE });

process.exitCode = await main();
process.exit();
