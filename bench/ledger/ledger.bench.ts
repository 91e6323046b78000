import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Keyring } from '../../src/platform/keyring.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { BenchDatabase } from '../support/database.js';
import { machine } from '../support/machine.js';
import { Peer } from '../support/peer.js';
import { isMet, ratioOf, rounded, summary, type Measure, type Result } from '../support/result.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { endedCpuMicros } from '../support/usage.js';
import type { VerifySetup } from './peer-setup.js';
import { seedLedger } from './seed-ledger.js';

export const ledger: Bench = {
  name: 'ledger',
  what: 'every entry of the ledger verified, and every value it vouches for',
  size: 1_000_000,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const { undo, size, progress } = options;
  const folder = await mkdtemp(join(tmpdir(), 'campana-bench-ledger-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  // It is read that is measured: that the seeding would survive a power cut is not needed.
  const database = await BenchDatabase.start({ fsync: 'off', max_wal_size: '4GB' });
  undo.push(() => database.close());
  const secrets = freshSecrets();
  const file = join(folder, 'ledger');
  progress.say(`writing ${size} entries`);
  await seedLedger(database, Keyring.from(secrets), size, file);
  const setup: VerifySetup = { url: database.url, secrets };
  const peer = await Peer.start('dist/bench/ledger/campana.peer.js', setup);
  undo.push(() => peer.stop());
  const contestants = [verifying(peer, database), hashing(file, size)];
  const measures = await alternate(contestants, options.rounds, progress);
  return resultOf(options, measures, (await stat(file)).size);
}

const verifying = (peer: Peer, database: BenchDatabase): Contestant => ({
  name: 'campana',
  async round() {
    const before = database.cpuMicros();
    const measure = await peer.round();
    const spent = database.cpuMicros() - before;
    return { ...measure, more: { databaseCpuMicros: spent / measure.items } };
  },
});

const hashing = (file: string, items: number): Contestant => ({
  name: 'sha256sum',
  async round() {
    const before = endedCpuMicros(process.pid);
    const started = performance.now();
    await promisify(execFile)('sha256sum', [file]);
    const seconds = (performance.now() - started) / 1_000;
    return { items, seconds, cpuMicros: endedCpuMicros(process.pid) - before };
  },
});

function resultOf(
  { size, rounds }: BenchOptions,
  measures: Map<string, Measure[]>,
  bytes: number,
): Result {
  const campana = measures.get('campana')!;
  const sha256sum = measures.get('sha256sum')!;
  const time = ratioOf(campana, sha256sum, ({ seconds }) => seconds);
  const cpu = ratioOf(
    campana,
    sha256sum,
    ({ cpuMicros, items, more }) => cpuMicros + (more?.databaseCpuMicros ?? 0) * items,
  );
  return {
    bench: 'ledger',
    rounds,
    items: size,
    campana: summary(campana),
    peers: { sha256sum: summary(sha256sum) },
    ratios: { 'time, of sha256sum': time, 'CPU with the database, of sha256sum': cpu },
    met: { 'at most 10 times the time of sha256sum': isMet({ ratio: time, atMost: 10 }) },
    notes: [
      `sha256sum reads ${rounded(bytes / 1e6)} MB from memory: bodies, leaves, heads and sealed values as they are stored`,
      'every second entry vouches for a sealed report, which is looked up, opened and hashed too',
      'PostgreSQL with fsync off, which reading does not notice',
      machine(),
    ],
  };
}
