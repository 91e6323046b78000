import { Conflict } from '../platform/errors.js';

/** What was made up is decided by nobody, and told to nobody. @throws Conflict */
export function requireReal({ synthetic }: { synthetic: boolean }): void {
  if (synthetic)
    throw new Conflict(
      'This incident was made up to try the service with: it is not decided about.',
    );
}
