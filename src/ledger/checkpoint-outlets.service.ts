import { Inject, Injectable } from '@nestjs/common';
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Config } from '../platform/config.js';
import { Metrics } from '../platform/metrics.js';
import { LOGGER } from '../platform/tokens.js';
import type { SignedCheckpoint } from './checkpoint.js';

const SEND_MS = 10_000;
/** The last one alone, and every one, one a line. */
const LATEST = 'latest.json';
const ALL = 'checkpoints.ndjson';

class NotTaken extends Error {}

/** Takes checkpoints out of the database, to where whoever can change it cannot. */
@Injectable()
export class CheckpointOutlets {
  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never throws: what could not be done is told to the operator, and done with the next one. */
  async publish(checkpoint: SignedCheckpoint): Promise<void> {
    const { checkpointDir, checkpointUrl } = this.config.ledger;
    if (checkpointDir !== undefined)
      await this.attempt('checkpoint-file', () => toFile(checkpointDir, checkpoint));
    if (checkpointUrl !== undefined)
      await this.attempt('checkpoint-url', () => toUrl(checkpointUrl, checkpoint));
  }

  private async attempt(reason: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.metrics.operatorCalls.inc({ reason });
      this.logger.error({ err: error, reason }, 'operator: a checkpoint could not be left outside');
    }
  }
}

async function toFile(directory: string, checkpoint: SignedCheckpoint): Promise<void> {
  await mkdir(directory, { recursive: true });
  const line = `${JSON.stringify(checkpoint)}\n`;
  await appendFile(join(directory, ALL), line, { flush: true });
  const next = join(directory, `${LATEST}.new`);
  await writeFile(next, line, { flush: true });
  await rename(next, join(directory, LATEST));
}

async function toUrl(url: string, checkpoint: SignedCheckpoint): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(checkpoint),
    redirect: 'error',
    signal: AbortSignal.timeout(SEND_MS),
  });
  // Nothing that it says is of use.
  await answer.body?.cancel();
  if (!answer.ok) throw new NotTaken(`answered ${answer.status}`);
}
