import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { audience } from './audience/audience.bench.js';
import { fanout } from './fanout/fanout.bench.js';
import { feeds } from './feeds/feeds.bench.js';
import { importing } from './import/import.bench.js';
import { ledger } from './ledger/ledger.bench.js';
import { reports } from './reports/reports.bench.js';
import { sockets } from './sockets/sockets.bench.js';
import { review } from './review/review.bench.js';
import type { Bench } from './support/bench.js';
import { progressOf } from './support/progress.js';
import { show } from './support/report.js';
import { requireProc } from './support/usage.js';

const BENCHES: Bench[] = [fanout, audience, sockets, reports, feeds, importing, ledger, review];
const ROUNDS = 5;

const USAGE = `npm run bench -- <${BENCHES.map(({ name }) => name).join('|')}> [--json] [--size N] [--rounds N]

${BENCHES.map(({ name, what, size }) => `  ${name.padEnd(10)} ${what} (${size.toLocaleString('en-US')})`).join('\n')}

--size N    so many in place of the number in brackets
--rounds N  counted rounds after the warm-up; ${ROUNDS} unless given
--json      one JSON object on stdout in place of tables`;

class Usage extends Error {}

function asked() {
  const { values, positionals } = parsed();
  if (values.help) throw new Usage(USAGE);
  const bench = BENCHES.find(({ name }) => name === positionals[0]);
  if (!bench || positionals.length > 1) throw new Usage(USAGE);
  const number = (name: 'size' | 'rounds', fallback: number) => {
    const value = Number(values[name] ?? fallback);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Usage(`--${name} must be a whole number above 0, got ${values[name]}\n\n${USAGE}`);
  };
  return {
    bench,
    json: values.json,
    size: number('size', bench.size),
    rounds: number('rounds', ROUNDS),
  };
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        size: { type: 'string' },
        rounds: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Usage(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function main(): Promise<void> {
  const { bench, json, size, rounds } = asked();
  requireProc();
  const result = await bench.run({ size, rounds, progress: progressOf(bench.name), undo });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else show(bench.what, result);
}

const undo: (() => Promise<unknown>)[] = [];

async function end(status: number): Promise<never> {
  for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined);
  process.exit(status);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130));
// What a contestant of a run that is over throws must not leave servers behind.
process.once('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  void end(2);
});

main().then(
  () => end(0),
  (error: unknown) => {
    const shown = error instanceof Usage ? error.message : (error as Error).stack;
    process.stderr.write(`${shown}\n`);
    return end(2);
  },
);
