import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchOptions } from '../support/bench.js';
import { BenchDatabase } from '../support/database.js';
import { machine } from '../support/machine.js';
import { Peer } from '../support/peer.js';
import { isMet, ratioOf, summary, type Measure, type Result } from '../support/result.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { COLUMNS, writeNationalFile } from './national-file.js';
import type { ImportSetup } from './peer-setup.js';

export const importing: Bench = {
  name: 'import',
  what: 'the national school file, into an empty database',
  size: 102_178,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const { undo, size } = options;
  const folder = await mkdtemp(join(tmpdir(), 'campana-bench-schools-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const setup: ImportSetup = { file: join(folder, 'national.txt'), url: '' };
  await writeNationalFile(setup.file, size);
  const database = await BenchDatabase.start();
  undo.push(() => database.close());
  setup.url = database.url;
  const columns = Array.from({ length: COLUMNS }, (_, index) => `c${index} text`);
  await database.pool.query(`CREATE TABLE bare (${columns.join(', ')})`);
  const contestants = ['campana', 'copy'].map((name) => new Loading(name, database, setup, size));
  undo.push(() => Promise.all(contestants.map((one) => one.stop())));
  return resultOf(options, await alternate(contestants, options.rounds, options.progress));
}

/** A process of its own for each round, as an operator's import is one: nothing is warm. */
class Loading implements Contestant {
  #peer: Peer | undefined;

  constructor(
    readonly name: string,
    private readonly database: BenchDatabase,
    private readonly setup: ImportSetup,
    private readonly rows: number,
  ) {}

  async ready(): Promise<void> {
    const { pool } = this.database;
    await pool.query('TRUNCATE school, school_word, district, bare CASCADE');
    await pool.query('CHECKPOINT');
    this.#peer = await Peer.start(`dist/bench/import/${this.name}.peer.js`, this.setup);
  }

  async round(): Promise<Measure> {
    const before = this.database.cpuMicros();
    const measure = await this.#peer!.round();
    if (measure.items !== this.rows) throw new Error(`${this.name}: ${measure.items} rows`);
    const spent = this.database.cpuMicros() - before;
    await this.stop();
    return { ...measure, more: { databaseCpuMicros: spent / measure.items } };
  }

  async stop(): Promise<void> {
    await this.#peer?.stop();
  }
}

function resultOf({ size, rounds }: BenchOptions, measures: Map<string, Measure[]>): Result {
  const campana = measures.get('campana')!;
  const copy = measures.get('copy')!;
  const time = ratioOf(campana, copy, ({ seconds }) => seconds);
  const cpu = ratioOf(
    campana,
    copy,
    ({ cpuMicros, items, more }) => cpuMicros + more!.databaseCpuMicros! * items,
  );
  return {
    bench: 'import',
    rounds,
    items: size,
    campana: summary(campana),
    peers: { copy: summary(copy) },
    ratios: { 'time, of COPY': time, 'CPU with the database, of COPY': cpu },
    met: { 'at most 6 times the time of COPY': isMet({ ratio: time, atMost: 6 }) },
    notes: [
      'the shipped rows, copied with numbers, coordinates and cities of their own; both read the file and send it to a durable PostgreSQL',
      'each round in a new process, from when it is connected until the commit',
      machine(),
    ],
  };
}
