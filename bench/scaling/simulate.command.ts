import { readFile } from 'node:fs/promises';
import { assess } from './assessment.js';
import { check } from './check.js';
import { CostsError, costsOf, type CostsFile } from './costs.js';
import { readOptions, USAGE } from './options.js';
import { checkReport, report } from './report.js';

async function main(): Promise<void> {
  const request = readOptions(process.argv.slice(2));
  if (request.help) return print(USAGE);
  const file = await costsIn(request.file);
  const costs = { ...file.costs, ...request.costs };
  if (request.check) {
    const checked = check(file, costs);
    return print(request.json ? JSON.stringify(checked) : checkReport(file, checked));
  }
  const answer = assess(request.scenario, costs);
  print(
    request.json
      ? JSON.stringify({ scenario: request.scenario, ...answer })
      : report(request.scenario, answer),
  );
}

/** @throws CostsError naming the file */
async function costsIn(path: string) {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as CostsFile;
    return { ...file, costs: costsOf(file) };
  } catch (error) {
    throw new CostsError(`--costs ${path} cannot be used. ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError)
    return 'It is not JSON: npm run bench:costs writes such a file.';
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'There is no such file: run it in the project’s folder.' : message;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof CostsError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
