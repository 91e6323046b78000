import { execFile } from 'node:child_process';
import type { TestService } from './test-service.js';

/** Runs a command of the build, such as `schools/policy-import`, on the database of a service. */
export function runCommand(
  { database, secrets }: TestService,
  name: string,
  ...args: string[]
): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: database.url, ...secrets };
    execFile(
      process.execPath,
      [`dist/src/${name}.command.js`, ...args],
      { env, maxBuffer: 2 ** 26 },
      (error, out, err) => resolve({ status: Number(error?.code ?? 0), out, err }),
    );
  });
}
