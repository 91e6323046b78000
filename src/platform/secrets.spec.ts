import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshSecrets, secretsOnDisk, storedSecrets } from './secrets.js';

describe('secrets.json', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campana-secrets-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gets what it lacks, and keeps what it has', async () => {
    const { SIGNING_KEYS: _, ...earlier } = freshSecrets();
    await writeFile(join(folder, 'secrets.json'), JSON.stringify(earlier));
    const { secrets } = await storedSecrets(folder, {});
    expect(secrets).toMatchObject({
      ...earlier,
      SIGNING_KEYS: expect.stringMatching(/^s\w+:[\w-]{43}$/),
    });
    const again = await storedSecrets(folder, {});
    expect(again.secrets).toMatchObject(secrets);
    expect(await secretsOnDisk(folder)).toMatchObject(secrets);
  });

  it('does not write down what the environment gives', async () => {
    const { SIGNING_KEYS } = freshSecrets();
    expect((await storedSecrets(folder, { SIGNING_KEYS })).secrets.SIGNING_KEYS).toBe(SIGNING_KEYS);
    expect(await readFile(join(folder, 'secrets.json'), 'utf8')).not.toContain(SIGNING_KEYS);
  });

  it('is not made by looking', async () => {
    expect(await secretsOnDisk(folder)).toEqual({});
    expect(await readdir(folder)).toEqual([]);
  });
});
