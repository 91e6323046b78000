import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DiskStorage } from '../src/evidence/storage/disk-storage.js';
import { S3Storage } from '../src/evidence/storage/s3-storage.js';
import type { Storage } from '../src/evidence/storage/storage.js';
import { startBucket, type Bucket } from './support/bucket.js';

/** What evidence relies on, whatever it is kept by. */
const CONTRACT: [string, (folder: string, bucket: Bucket) => Storage][] = [
  ['a folder', (folder) => new DiskStorage(join(folder, 'evidence'))],
  ['a bucket of a server that speaks S3', (_, bucket) => new S3Storage(bucket.config)],
];

let folder: string;
let bucket: Bucket;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'campana-evidence-'));
  bucket = await startBucket();
});
afterAll(async () => {
  await bucket.stop();
  await rm(folder, { recursive: true, force: true });
});

const read = async (storage: Storage, key: string) => {
  const stream = await storage.get(key);
  return stream && buffer(stream);
};

describe.each(CONTRACT)('%s', (_, make) => {
  let storage: Storage;
  beforeAll(() => {
    storage = make(folder, bucket);
  });

  it.each([1, 4_096, 15 * 1024 * 1024 + 28])('gives back %i bytes as they were put', async (n) => {
    const [key, bytes] = [randomUUID(), randomBytes(n)];
    await storage.put(key, bytes);
    expect(await storage.exists(key)).toBe(true);
    expect((await read(storage, key))!.equals(bytes)).toBe(true);
  });

  it('knows what it does not hold', async () => {
    const key = randomUUID();
    expect([await storage.exists(key), await storage.get(key)]).toEqual([false, null]);
  });

  it('deletes, also what is not there', async () => {
    const key = randomUUID();
    await storage.put(key, Buffer.from('sealed'));
    await storage.delete(key);
    expect([await storage.exists(key), await storage.get(key)]).toEqual([false, null]);
    await storage.delete(key);
  });

  it('takes many at once', async () => {
    const all = Array.from({ length: 20 }, () => ({ key: randomUUID(), bytes: randomBytes(999) }));
    await Promise.all(all.map(({ key, bytes }) => storage.put(key, bytes)));
    const found = await Promise.all(all.map(({ key }) => read(storage, key)));
    expect(found.map((bytes, n) => bytes!.equals(all[n]!.bytes))).toEqual(all.map(() => true));
  });
});

describe('a folder', () => {
  it('is for its owner alone, and holds no half a file', async () => {
    const place = join(folder, 'own');
    const storage = new DiskStorage(place);
    const key = randomUUID();
    await storage.put(key, Buffer.from('sealed'));
    expect(await readdir(join(place, key.slice(0, 2)))).toEqual([key]);
    await expect(storage.put(randomUUID(), {} as never)).rejects.toThrow();
    const left = await readdir(place, { recursive: true });
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a bucket', () => {
  it('with a wrong secret fails, whatever is asked', async () => {
    const storage = new S3Storage({ ...bucket.config, secretAccessKey: 'another' });
    const key = randomUUID();
    for (const asked of [
      () => storage.put(key, Buffer.from('x')),
      () => storage.get(key),
      () => storage.exists(key),
      () => storage.delete(key),
    ])
      await expect(asked()).rejects.toThrow();
  });

  it('that is not there fails, and does not say that nothing is kept', async () => {
    const { url } = bucket.config;
    const storage = new S3Storage({ ...bucket.config, url: url.replace(/\/\w+$/, '/another') });
    await expect(storage.put(randomUUID(), Buffer.from('x'))).rejects.toThrow();
  });
});
