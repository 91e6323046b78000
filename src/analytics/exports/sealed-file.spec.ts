import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '../../platform/keyring.js';
import { freshSecrets } from '../../platform/secrets.js';
import { written } from './export-row.fixture.js';
import { readSealed, writeSealed } from './sealed-file.js';

const keyring = Keyring.from({ ...freshSecrets(), DATA_KEYS: `k1:${'A'.repeat(43)}` });
const content = randomBytes(200_000);
async function* chunks(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe('a sealed file', () => {
  let folder: string;
  const file = (name = 'a.1') => ({ path: join(folder, 'file'), name });
  const read = (from: number, to: number, size = content.length, name = 'a.1') =>
    written(readSealed(file(name), { from, to }, size, { keyring, keyId: 'k1' }));

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sealed-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const write = (bytes = content, length = 7_001) =>
    writeSealed(file(), chunks(bytes, length), keyring);

  it('gives back any part of what was written', async () => {
    expect(await write()).toBe('k1');
    expect(await read(0, content.length - 1)).toEqual(content);
    for (const [from, to] of [
      [0, 0],
      [65_535, 65_536],
      [100, 150_000],
      [199_999, 199_999],
    ] as const)
      expect(await read(from, to)).toEqual(content.subarray(from, to + 1));
  });

  it.each([65_536, 131_072, 65_535, 1])('holds %i bytes in whatever chunks', async (length) => {
    const bytes = content.subarray(0, length);
    await write(bytes, 200_000);
    expect(await read(0, length - 1, length)).toEqual(bytes);
  });

  it('is for this user alone, and shows nothing', async () => {
    const text = Buffer.from('incident_id,synthetic'.repeat(10_000));
    await write(text);
    expect((await stat(file().path)).mode & 0o777).toBe(0o600);
    expect((await readFile(file().path)).includes('incident_id')).toBe(false);
  });

  it('is never written over', async () => {
    await write();
    await expect(write()).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('is refused when it was changed, cut, or is another', async () => {
    await write();
    await expect(read(0, 10, content.length, 'b.1')).rejects.toThrow();
    const bytes = await readFile(file().path);
    bytes[70_000]! ^= 1;
    await writeFile(file().path, bytes);
    expect(await read(0, 100)).toHaveLength(101);
    await expect(read(0, 80_000)).rejects.toThrow();
    await truncate(file().path, 199_000);
    await expect(read(199_990, 199_999)).rejects.toThrow();
  });
});
