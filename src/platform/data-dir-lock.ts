import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another process of this service works in the same data directory. */
export class DataDirInUse extends Error {
  constructor(dataDir: string) {
    super(
      `Another Campana is already running in ${dataDir}. Stop it first, or give this one its own DATA_DIR.`,
    );
  }
}

/**
 * Holds the data directory for this process. The lock is a listening socket, which the kernel
 * drops with the process, so `kill -9` leaves nothing stale: abstract on Linux, a file elsewhere.
 * @returns the release.
 * @throws DataDirInUse
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const { dev, ino } = statSync(dataDir);
  const name = `campana-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 24)}`;
  const linux = process.platform === 'linux';
  const path = linux ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  let server = await tryListen(path);
  if (!server && !linux && !(await answers(path))) {
    await rm(path, { force: true });
    server = await tryListen(path);
  }
  if (!server) throw new DataDirInUse(dataDir);
  const held = server;
  held.unref();
  return () => new Promise((done) => held.close(() => done()));
}

function tryListen(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
