import { DataDirInUse } from './data-dir-lock.js';
import { EnvironmentError } from './env.js';
import { UnknownDataKey } from './keyring.js';

/** A mistake of whoever ran the command: shown as its message alone, exit status 2. */
export class UsageError extends Error {}

/** Foreseen problems in plain words; anything else with its stack, for whoever mends it. */
export function explain(error: unknown): void {
  const foreseen =
    error instanceof UsageError ||
    error instanceof EnvironmentError ||
    error instanceof DataDirInUse ||
    error instanceof UnknownDataKey;
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${foreseen ? error.message : stack}\n`);
}
