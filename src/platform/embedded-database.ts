import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';
import {
  exists,
  postgresBinaries,
  postgresUser,
  spawnOn,
  type PostgresUser,
} from './postgres-process.js';

const STOP_MS = 15_000;
const START_MS = 60_000;

export interface EmbeddedDatabase {
  url: string;
  pid: number;
  /** Waits until the process is gone; `immediate` is what a power cut does. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

export interface EmbeddedOptions {
  /** Holds the cluster in `postgres/`. Locked by the caller. */
  dataDir: string;
  password: string;
  /** Extra `-c name=value` settings; tests trade durability for speed with them. */
  settings?: Record<string, string>;
  /** A free one unless given. */
  port?: number;
}

/**
 * Starts PostgreSQL on loopback, making the cluster at the first start. A cluster is made beside
 * its place and renamed, so that a half-made one is never taken for whole; a server that outlived
 * its service is stopped first.
 */
export async function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const user = await postgresUser();
  const programs = await postgresBinaries(user);
  const cluster = join(options.dataDir, 'postgres');
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  if (await exists(join(cluster, 'PG_VERSION'))) await stopOrphan(cluster, options.password);
  else await makeCluster(programs.initdb, user, cluster, options.password);
  const port = options.port ?? (await freePort());
  const child = await spawnOn(programs.postgres, user, [cluster], ([directory]) => [
    ...['-D', directory!, '-p', String(port)],
    ...Object.entries({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      ...options.settings,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const said = tail(child);
  const url = `postgres://postgres:${options.password}@127.0.0.1:${port}`;
  await untilReady(child, `${url}/postgres`, said);
  await createDatabase(url);
  return { url: `${url}/campana`, pid: child.pid!, stop: (mode) => stop(child, mode) };
}

/** Where the database of a service that runs in `dataDir` answers. */
export async function runningDatabaseUrl(dataDir: string, password: string): Promise<string> {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return `postgres://postgres:${password}@127.0.0.1:${file.split('\n')[3]}/campana`;
}

async function makeCluster(
  initdb: string,
  user: PostgresUser | undefined,
  cluster: string,
  password: string,
): Promise<void> {
  const half = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    const child = await spawnOn(initdb, user, [half, passwordFile], ([directory, file]) => [
      `--pgdata=${directory}`,
      `--pwfile=${file}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ]);
    const said = tail(child);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`PostgreSQL could not make its cluster: ${said()}`);
    await chmod(half, 0o700);
    await rm(cluster, { recursive: true, force: true });
    await rename(half, cluster);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** The server of a service that was killed goes on alone: it is stopped before a new one starts. */
async function stopOrphan(cluster: string, password: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const lines = await readFile(file, 'utf8').then(
    (text) => text.split('\n'),
    () => undefined,
  );
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 0) return;
  if (!(await isPostgres(pid))) {
    // The number now belongs to another program; PostgreSQL would refuse to start over it.
    await rm(file, { force: true });
    return;
  }
  const url = `postgres://postgres:${password}@127.0.0.1:${lines[3]}/postgres`;
  if (!(await answers(url))) return;
  process.kill(pid, 'SIGINT');
  await untilGone(pid);
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres');
  return name.trim().startsWith('postgres');
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  while (Date.now() < deadline && (await isPostgres(pid))) await pause(50);
}

async function untilReady(child: ChildProcess, url: string, said: () => string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`PostgreSQL did not start: ${said()}`);
    if (Date.now() > deadline) {
      await stop(child);
      throw new Error(`PostgreSQL took longer than ${START_MS / 1000} s to start: ${said()}`);
    }
    await pause(40);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${url}/postgres` });
  await client.connect();
  try {
    const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'campana'`);
    if (rowCount === 0) await client.query('CREATE DATABASE campana');
  } finally {
    await client.end();
  }
}

async function stop(child: ChildProcess, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const hard = setTimeout(() => child.kill('SIGQUIT'), STOP_MS);
  child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  await gone;
  clearTimeout(hard);
}

/** Keeps what the program said last, for the error message when it fails. */
function tail(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => (text = (text + chunk).slice(-2_000)));
  child.on('error', (error) => (text += error.message));
  return () => text.trim();
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
