import { Controller, Get, Header, Res } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply } from 'fastify';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { HealthNotes } from './health-notes.js';
import { Metrics } from './metrics.js';
import { Open } from './open-to-all.js';
import { Queue } from './queue.js';

@Open()
@Controller()
export class HealthController {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly queue: Queue,
    private readonly metrics: Metrics,
    private readonly notes: HealthNotes,
  ) {}

  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  /** 200 when requests can be served, else 503; each part says `ok` or `failed`, and notes follow. */
  @Get('health/ready')
  async ready(@Res() reply: FastifyReply) {
    const checks = {
      database: await holds(async () => Boolean(await this.source.query('SELECT 1'))),
      queue: await holds(() => this.queue.ready()),
      migrations: await holds(() => this.migrated()),
    };
    const ok = Object.values(checks).every((state) => state === 'ok');
    const status = ok ? 'ok' : 'failed';
    return reply.status(ok ? 200 : 503).send({ status, ...checks, ...(await this.notes.read()) });
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape() {
    return this.metrics.registry.metrics();
  }

  /** Every migration this code knows has run. */
  private async migrated(): Promise<boolean> {
    const files = await readdir(join(import.meta.dirname, '../../migrations'));
    const known = files.filter((file) => /^\d+-.*\.(js|ts)$/.test(file)).length;
    const [row] = (await this.source.query('SELECT count(*)::int AS n FROM migration')) as {
      n: number;
    }[];
    return (row?.n ?? 0) >= known;
  }
}

async function holds(check: () => Promise<boolean>): Promise<'ok' | 'failed'> {
  return check().then(
    (ok) => (ok ? 'ok' : 'failed'),
    () => 'failed',
  );
}
