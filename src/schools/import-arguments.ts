import { parseArgs } from 'node:util';
import { UsageError } from '../platform/command.js';
import { BadLines, type ImportSummary } from './dated-import.js';

/**
 * The one file a command was given; undefined where it was asked for help, which is then printed.
 * @throws UsageError
 */
export function fileArgument(args: string[], usage: string): string | undefined {
  const { values, positionals } = parsed(args, usage);
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError(`Which file?\n\n${usage}`);
  if (more.length > 0) throw new UsageError(`One file at a time.\n\n${usage}`);
  return file;
}

function parsed(args: string[], usage: string) {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

/**
 * Prints what an import did; or, one line each as compilers write them, the lines that it refused.
 * @param what `policies`
 * @returns the exit status.
 */
export async function reported(what: string, done: Promise<ImportSummary>): Promise<number> {
  try {
    const summary = await done;
    process.stdout.write(
      `${what}: read ${summary.read}, new ${summary.new}, changed ${summary.changed}, ` +
        `unchanged ${summary.unchanged}\n`,
    );
    return 0;
  } catch (error) {
    if (error instanceof BadLines) return refused(error);
    throw error;
  }
}

function refused({ path, problems }: BadLines): number {
  const lines = problems.map(
    ({ line, column, message }) => `${path}:${line}: ${column} ${message}\n`,
  );
  const bad = new Set(problems.map(({ line }) => line)).size;
  process.stderr.write(`${lines.join('')}${bad} bad lines: nothing was written.\n`);
  return 2;
}
