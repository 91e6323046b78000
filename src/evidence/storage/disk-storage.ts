import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Storage } from './storage.js';

const PARTIAL = '.part';

/** A folder of this machine, or one that several machines share. Made at the first writing. */
export class DiskStorage implements Storage {
  constructor(private readonly folder: string) {}

  async put(key: string, bytes: Buffer): Promise<void> {
    const folder = join(this.folder, key.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, key);
    const file = await open(`${path}${PARTIAL}`, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await rm(`${path}${PARTIAL}`, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(`${path}${PARTIAL}`, path);
    await synced(folder);
    await synced(this.folder);
  }

  async get(key: string): Promise<Readable | null> {
    const stream = createReadStream(this.path(key));
    try {
      await once(stream, 'open');
      return stream;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
    await rm(`${this.path(key)}${PARTIAL}`, { force: true });
  }

  async exists(key: string): Promise<boolean> {
    return access(this.path(key)).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false;
        throw error;
      },
    );
  }

  private path(key: string): string {
    return join(this.folder, key.slice(0, 2), key);
  }
}

/** So that a new name outlives a power cut, as what it stands for does. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

const isMissing = (error: unknown) => (error as { code?: unknown }).code === 'ENOENT';
