import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_ARGUMENTS, startChild, type ChildService } from './support/child-service.js';
import { connectSocket } from './support/family.js';
import { ask } from './support/graphql.js';
import { accept } from './support/staff.js';
import { freshSecrets } from '../src/platform/secrets.js';

/** `npm start` as an operator meets it: real processes, an embedded database of their own. */
describe('starting and stopping', () => {
  let parent: string;
  const running: ChildService[] = [];

  beforeAll(async () => {
    // Private to this user, as a clone under /root is.
    parent = await mkdtemp(join(tmpdir(), 'campana-start-'));
  });
  afterAll(async () => {
    await Promise.all(running.map((child) => child.stop()));
    await rm(parent, { recursive: true, force: true });
  });

  const start = async (dataDir: string, more: Record<string, string> = {}) => {
    const child = await startChild({ DATA_DIR: dataDir, ...more });
    running.push(child);
    return child;
  };
  /** Starts it and waits until it ends by itself. */
  const refused = (environment: Record<string, string>) =>
    new Promise<{ status: number; said: string }>((resolve) => {
      const env = { ...process.env, PORT: '0', ...environment };
      execFile(process.execPath, START_ARGUMENTS, { env }, (error, stdout, stderr) =>
        resolve({ status: Number(error?.code ?? 0), said: stdout + stderr }),
      );
    });

  it('is the same by hand and in the image', async () => {
    const image = await readFile('Dockerfile', 'utf8');
    expect(image.split('\nCMD ')[1]).toBe(
      `${JSON.stringify(['node', ...START_ARGUMENTS]).replaceAll(',', ', ')}\n`,
    );
  });

  it('makes its database and secrets, prints one admin invite, and stops cleanly', async () => {
    const dataDir = join(parent, 'first');
    const child = await start(dataDir);
    expect(child.lines.filter((line) => line.startsWith('Admin invite: '))).toHaveLength(1);
    expect(child.adminInvite).toMatch(new RegExp(`^${child.url}/invite/invite_[\\w-]{43}$`));
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
    const ready = await fetch(`${child.url}/health/ready`);
    expect(await ready.json()).toEqual({
      status: 'ok',
      database: 'ok',
      alerts: 'ok',
      queue: 'ok',
      migrations: 'ok',
    });
    const pid = Number(
      await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').then(
        (text) => text.split('\n')[0],
      ),
    );
    const { socket } = await connectSocket(child.url);
    const idle = await fetch(`${child.url}/health/live`, { keepalive: true });
    expect(idle.status).toBe(200);
    await child.stop('SIGTERM');
    socket.close();
    expect(child.child.exitCode).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('keeps its invite until it is used, and its data', async () => {
    const dataDir = join(parent, 'first');
    const first = await start(dataDir);
    const link = first.adminInvite!;
    await first.stop();
    const second = await start(dataDir);
    const token = (url: string) => url.split('/invite/')[1];
    expect(token(second.adminInvite!)).toBe(token(link));
    const admin = await accept(second.url, second.adminInvite!, 'Admin');
    await second.stop();
    const third = await start(dataDir);
    expect(third.adminInvite).toBeUndefined();
    expect((await ask(third.url, '{ viewer { role } }', {}, admin.token)).viewer.role).toBe(
      'ADMIN',
    );
    await third.stop();
  });

  it('refuses a second start on the same directory, in plain words', async () => {
    const dataDir = join(parent, 'second');
    const child = await start(dataDir);
    const { status, said } = await refused({ DATA_DIR: dataDir });
    expect(status).not.toBe(0);
    expect(said).toContain('already running');
    expect(said).not.toContain(' at ');
    expect((await fetch(`${child.url}/health/live`)).status).toBe(200);
    await child.stop();
  });

  it('starts again after kill -9, its own server orphaned, and after a half-made cluster', async () => {
    const dataDir = join(parent, 'third');
    await mkdir(join(dataDir, 'postgres.new'), { recursive: true });
    await writeFile(join(dataDir, 'postgres.new', 'PG_VERSION'), '18\n');
    const killed = await start(dataDir);
    const admin = await accept(killed.url, killed.adminInvite!, 'Admin');
    await killed.stop('SIGKILL');
    const again = await start(dataDir);
    expect((await ask(again.url, '{ viewer { role } }', {}, admin.token)).viewer.role).toBe(
      'ADMIN',
    );
    await again.stop();
    // A pid file whose number now belongs to some other program.
    await writeFile(join(dataDir, 'postgres/postmaster.pid'), `${process.pid}\n/nowhere\n0\n1\n`);
    const third = await start(dataDir);
    await third.stop();
    expect(third.child.exitCode).toBe(0);
  });

  it('names every missing secret at once when the database is another’s', async () => {
    const { status, said } = await refused({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(status).toBe(1);
    for (const name of Object.keys(freshSecrets())) expect(said).toContain(`${name} is missing`);
  });

  it.each([
    [{ NODE_ENV: 'production', PUSH_ALLOW_PRIVATE: '1' }, 'PUSH_ALLOW_PRIVATE'],
    [{ PORT: 'http' }, 'PORT'],
    [{ ROLE: 'boss' }, 'ROLE'],
    [{ PUBLIC_URL: 'campana' }, 'PUBLIC_URL'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ PUSH_ALLOW_HOSTS: 'https://push.example' }, 'PUSH_ALLOW_HOSTS'],
    [{ AREA_KEY: 'short', DATA_DIR: '' }, 'AREA_KEY'],
  ])('refuses %j, naming the variable', async (environment, name) => {
    const dataDir = join(parent, 'refused');
    const { status, said } = await refused({ ...environment, DATA_DIR: dataDir } as Record<
      string,
      string
    >);
    expect(status).toBe(1);
    expect(said).toContain(name);
    expect(said).not.toMatch(/^\s+at /m);
  });

  it('does not offer introspection or polling in production', async () => {
    const child = await start(join(parent, 'production'), { NODE_ENV: 'production' });
    const response = await fetch(`${child.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __schema { types { name } } }' }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('"types"');
    const polling = await fetch(`${child.url}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
    expect((await fetch(`${child.url}/graphiql`)).status).toBe(404);
    await child.stop();
  });

  it('prints a fresh set of secrets that it would take', async () => {
    const said = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, ['dist/src/platform/secrets.command.js']);
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.on('exit', () => resolve(text));
    });
    const set = Object.fromEntries(
      said
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s)),
    );
    expect(Object.keys(set)).toEqual(Object.keys(freshSecrets()));
  });
});
