import { Inject, Injectable } from '@nestjs/common';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { Config } from '../../platform/config.js';
import { Conflict, RateLimited } from '../../platform/errors.js';
import { LOGGER } from '../../platform/tokens.js';

const run = promisify(execFile);
const PATIENCE_MS = 60_000;
/** Each takes a few hundred megabytes. */
const MOST_AT_ONCE = 2;

/** Reaches nothing, keeps nothing, runs nothing of the page. */
const ARGUMENTS = [
  ...['--headless', '--disable-gpu', '--no-first-run', '--disable-extensions', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
  ...['--host-resolver-rules=MAP * ~NOTFOUND', '--no-pdf-header-footer'],
];

/** Has Chromium print a page, where the operator named one. */
@Injectable()
export class Pdf {
  private underWay = 0;

  constructor(
    private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Conflict where there is no Chromium, or it fails; RateLimited */
  async print(html: string): Promise<Buffer> {
    const { chromiumPath } = this.config.exports;
    if (!chromiumPath)
      throw new Conflict(
        'This service makes no PDF: CHROMIUM_PATH is not set. Open the page without format=pdf and print it from your browser.',
      );
    if (this.underWay >= MOST_AT_ONCE)
      throw new RateLimited('Other PDFs are being made: try again in a minute.');
    this.underWay++;
    const folder = await mkdtemp(join(tmpdir(), 'campana-brief-'));
    try {
      return await this.printIn(folder, html, chromiumPath);
    } catch (error) {
      this.logger.error({ err: error }, 'Chromium made no PDF');
      throw new Conflict(
        'Chromium made no PDF: the operator finds why in the log. Print the page from your browser.',
      );
    } finally {
      this.underWay--;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  private async printIn(folder: string, html: string, program: string): Promise<Buffer> {
    const [page, pdf] = [join(folder, 'brief.html'), join(folder, 'brief.pdf')];
    await writeFile(page, html, { mode: 0o600 });
    const all = [
      ...ARGUMENTS,
      // As root it refuses to start otherwise; the page is the service’s own and has no script.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...[`--user-data-dir=${join(folder, 'profile')}`, `--print-to-pdf=${pdf}`],
      pathToFileURL(page).href,
    ];
    await run(program, all, { timeout: PATIENCE_MS, killSignal: 'SIGKILL', cwd: folder });
    return readFile(pdf);
  }
}
