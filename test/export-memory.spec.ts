import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { get, seedIncidents } from './support/exports.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const FEW = 10_000;
const MANY = 100_000;
const MEGABYTE = 1024 * 1024;

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** What is kept, in bytes: objects and buffers. */
function kept(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;

describe('the memory that an export takes', () => {
  let service: TestService;
  let analyst: Person;

  beforeAll(async () => {
    service = await startService({ environment: { LOG_LEVEL: 'silent' } });
    analyst = await hire(service.url, service.admin, 'ANALYST');
    await seedIncidents(service.database, FEW, { from: '2020-01-01T00:00:00Z' });
    await seedIncidents(service.database, MANY - FEW, { from: '2021-01-01T00:00:00Z' });
    await service.database.query('ANALYZE');
  }, 300_000);
  afterAll(() => service.close());

  /** Reads an export as somebody with a slow line does, and looks at the memory now and then. */
  async function take(
    format: string,
    query = '',
    lookEvery = MEGABYTE,
  ): Promise<{ bytes: number; looks: number[]; most: number }> {
    const before = kept();
    const response = await get(service.url, `/exports/incidents.${format}${query}`, analyst);
    let bytes = 0;
    let looked = 0;
    const looks: number[] = [];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes - looked < lookEvery) continue;
      looked = bytes;
      looks.push(kept() - before);
    }
    return { bytes, looks, most: Math.max(...looks) };
  }

  it('does not grow with the number of incidents', async () => {
    await take('csv', '?until=2020-01-02T00:00:00Z');
    const few = await take('csv', '?until=2021-01-01T00:00:00Z');
    const many = await take('csv');
    expect(few.bytes).toBeGreaterThan(2 * MEGABYTE);
    expect(many.bytes).toBeGreaterThan(9 * few.bytes);
    // A few megabytes more or less are chance; a tenth of the rows alone would take as much.
    expect(many.most - few.most).toBeLessThan((many.bytes - few.bytes) / 4);
    const half = Math.floor(many.looks.length / 2);
    const [early, late] = [many.looks.slice(0, half), many.looks.slice(-half)].map(mean);
    expect(late! - early!).toBeLessThan(3 * MEGABYTE);
  }, 300_000);

  it('is as little when nobody takes what is there: reading stops', async () => {
    const before = kept();
    const response = await get(service.url, '/exports/incidents.csv', analyst);
    const reader = response.body!.getReader();
    await reader.read();
    const rows = async () => {
      const [row] = await service.database.query<{ n: string }>(
        `SELECT xact_start::text || state_change::text AS n FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      return row?.n;
    };
    // The cursor is not asked again: its connection does not move.
    let last = await rows();
    for (let same = 0; same < 40;) {
      await new Promise((look) => setImmediate(look));
      const now = await rows();
      same = now !== undefined && now === last ? same + 1 : 0;
      last = now;
    }
    expect(kept() - before).toBeLessThan(12 * MEGABYTE);
    await reader.cancel();
  }, 120_000);

  it('is as little for a workbook', async () => {
    const few = await take('xlsx', '?until=2020-01-04T00:00:00Z', 16_384);
    const more = await take('xlsx', '?until=2021-01-10T00:00:00Z', 65_536);
    expect(more.bytes).toBeGreaterThan(4 * few.bytes);
    expect(more.looks.length).toBeGreaterThan(5);
    expect(more.most - few.most).toBeLessThan(12 * MEGABYTE);
  }, 300_000);
});
