import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/platform/explain.js';
import { runAndStop, type Undo } from '../test/support/run-and-stop.js';
import { audience } from './audience/audience.bench.js';
import { distant } from './fanout/distant.bench.js';
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

const BENCHES: Bench[] = [
  fanout,
  distant,
  audience,
  sockets,
  reports,
  feeds,
  importing,
  ledger,
  review,
];
const ROUNDS = 5;

const USAGE = `npm run bench -- <${BENCHES.map(({ name }) => name).join('|')}> [--json] [--size N] [--rounds N]

${BENCHES.map(({ name, what, size }) => `  ${name.padEnd(10)} ${what} (${size.toLocaleString('en-US')})`).join('\n')}

--size N    so many in place of the number in brackets
--rounds N  counted rounds after the warm-up; ${ROUNDS} unless given
--json      one JSON object on stdout in place of tables; \`npm run -s\` keeps npm's own lines out
--help      this`;

function asked() {
  const { values, positionals } = parsed();
  if (values.help) return undefined;
  const bench = BENCHES.find(({ name }) => name === positionals[0]);
  if (!bench || positionals.length > 1)
    throw new UsageError(
      `Name one bench of those below, not ${positionals.join(' ') || 'none'}.\n\n${USAGE}`,
    );
  const number = (name: 'size' | 'rounds', fallback: number) => {
    const value = Number(values[name] ?? fallback);
    if (Number.isInteger(value) && value > 0) return value;
    throw new UsageError(
      `--${name} must be a whole number above 0, got ${values[name]}\n\n${USAGE}`,
    );
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
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function main(): Promise<number> {
  const request = asked();
  if (!request) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { bench, json, size, rounds } = request;
  requireProc();
  const result = await bench.run({ size, rounds, progress: progressOf(bench.name), undo });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else show(bench.what, result);
  return 0;
}

const undo: Undo = [];
runAndStop(main, undo);
