import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import webPush from 'web-push';
import type { Secrets } from './env.js';
import { SECRET_NAMES } from './env.js';

/** A fresh set: 256-bit keys and an Ed25519 seed in base64url, and a VAPID key pair (RFC 8292). */
export function freshSecrets(): Secrets {
  const vapid = webPush.generateVAPIDKeys();
  return {
    AREA_KEY: randomBytes(32).toString('base64url'),
    DATA_KEYS: `k${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64url')}`,
    SIGNING_KEYS: `s${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64url')}`,
    TOKEN_KEY: randomBytes(32).toString('base64url'),
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
    VAPID_SUBJECT: 'mailto:operator@campana.invalid',
  };
}

/** What `DATA_DIR/secrets.json` holds: the secrets and the embedded database's password. */
export interface StoredSecrets {
  secrets: Secrets;
  databasePassword: string;
}

/**
 * Reads `DATA_DIR/secrets.json`, making it (mode 0600) or what it lacks. A value given in the
 * environment wins and is not written down.
 * @throws Error when the file is there and is not JSON: it is never overwritten, because
 *   every family's subscription is sealed with what it held.
 */
export async function storedSecrets(dataDir: string, given: Partial<Secrets>) {
  const file = join(dataDir, 'secrets.json');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const found = await readStored(file);
  const fresh = freshSecrets();
  // The two halves of a key pair belong together: one without the other is of no use.
  if (!found.VAPID_PRIVATE_KEY || !found.VAPID_PUBLIC_KEY) {
    delete found.VAPID_PRIVATE_KEY;
    delete found.VAPID_PUBLIC_KEY;
  }
  const kept: Record<string, string> = {};
  for (const name of SECRET_NAMES) kept[name] = found[name] ?? fresh[name];
  kept.databasePassword = found.databasePassword ?? randomBytes(24).toString('base64url');
  if (Object.keys(kept).some((name) => found[name] !== kept[name])) await replaceFile(file, kept);
  await chmod(file, 0o600);
  return {
    secrets: { ...(kept as Secrets), ...given },
    databasePassword: kept.databasePassword,
  } satisfies StoredSecrets;
}

/** What `DATA_DIR/secrets.json` holds, if it is there; writes nothing. */
export async function secretsOnDisk(dataDir: string): Promise<Partial<Secrets>> {
  return readStored(join(dataDir, 'secrets.json'));
}

async function readStored(file: string): Promise<Record<string, string | undefined>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Error(`${file} is not JSON. Restore it from a backup: it is never written over.`);
  }
}

async function replaceFile(file: string, content: object): Promise<void> {
  const next = `${file}.new`;
  await writeFile(next, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(next, file);
}
