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
const PATIENCE_MS = 10_000;

const USAGE = `npm run bench -- <${BENCHES.map(({ name }) => name).join('|')}> [--json] [--size N] [--rounds N]

${BENCHES.map(({ name, what, size }) => `  ${name.padEnd(10)} ${what} (${size.toLocaleString('en-US')})`).join('\n')}

--size N    so many in place of the number in brackets
--rounds N  counted rounds after the warm-up; ${ROUNDS} unless given
--json      one JSON object on stdout in place of tables; \`npm run -s\` keeps npm's own lines out
--help      this`;

class Usage extends Error {}

function asked() {
  const { values, positionals } = parsed();
  if (values.help) return undefined;
  const bench = BENCHES.find(({ name }) => name === positionals[0]);
  if (!bench || positionals.length > 1)
    throw new Usage(
      `one bench, of those below, got ${positionals.join(' ') || 'none'}\n\n${USAGE}`,
    );
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
  const request = asked();
  if (!request) return void process.stdout.write(`${USAGE}\n`);
  const { bench, json, size, rounds } = request;
  requireProc();
  const result = await bench.run({ size, rounds, progress: progressOf(bench.name), undo });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else show(bench.what, result);
}

const undo: (() => Promise<unknown>)[] = [];

let ending: Promise<never> | undefined;

/** Whatever else ends it meanwhile: what was started is stopped first. */
function end(status: number): Promise<never> {
  return (ending ??= stop(status));
}

async function stop(status: number): Promise<never> {
  await undoAll();
  // What was being started just then is there by now, or failed.
  const patience = new Promise((resume) => setTimeout(resume, PATIENCE_MS));
  await Promise.race([running.catch(() => undefined), patience]);
  await undoAll();
  process.exit(status);
}

async function undoAll(): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));
// What a contestant of a run that is over throws must not leave servers behind.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  void end(2);
});

const running = main();
running.then(
  () => end(0),
  (error: unknown) => {
    if (ending) return ending;
    const shown = error instanceof Usage ? error.message : (error as Error).stack;
    process.stderr.write(`${shown}\n`);
    return end(2);
  },
);
