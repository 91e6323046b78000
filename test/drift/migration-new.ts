import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `npm run migration:new -- what-it-does`: an empty migration with the next timestamp. */
const what = process.argv[2] ?? '';
if (!/^[a-z][a-z0-9-]{2,60}$/.test(what)) {
  process.stderr.write('usage: npm run migration:new -- what-it-does   (a-z, 0-9 and -)\n');
  process.exit(2);
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const name = what.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase()) + stamp;
const file = join('migrations', `${stamp}-${what}.ts`);
await writeFile(
  file,
  `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Say what it does and, beside each index, which query it serves. */
export class ${name} implements MigrationInterface {
  name = '${name}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`\`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(\`\`);
  }
}
`,
  { flag: 'wx' },
);
process.stdout.write(`${file}\n`);
