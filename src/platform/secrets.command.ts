import { freshSecrets } from './secrets.js';

for (const [name, value] of Object.entries(freshSecrets()))
  process.stdout.write(`${name}=${value}\n`);
