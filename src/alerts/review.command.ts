import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { explain, UsageError } from '../platform/command.js';
import { supportedLocales } from './messages.js';
import { reviewPage } from './review-page.js';

const USAGE = `Usage: npm run messages:review -- [FILE] [--locale so]

Writes every message that families can get, in every language and beside English, into one page of
HTML for a native reader. FILE is messages-review.html unless it is given.

  --locale so   writes one language only
  --help        shows this

Exit status: 0 written, 2 refused.`;

/** @throws UsageError */
function readArguments(args: string[]) {
  const { values, positionals } = parsed(args);
  const [file = 'messages-review.html', ...more] = positionals;
  if (more.length > 0) throw new UsageError(`One file at a time.\n\n${USAGE}`);
  const known = supportedLocales();
  if (values.locale !== undefined && !known.includes(values.locale))
    throw new UsageError(`--locale must be one of ${known.join(', ')}.`);
  return { help: values.help, file, locales: values.locale ? [values.locale] : known };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { locale: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function main(): Promise<void> {
  const { help, file, locales } = readArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const path = resolve(file);
  try {
    await writeFile(path, reviewPage(locales));
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}`);
  }
  process.stdout.write(`Messages in ${locales.join(', ')}: ${path}\n`);
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
