import { IncidentsStore } from '../src/incidents/incidents.store.js';
import type { Sighting } from '../src/incidents/sighting.js';
import { Database } from '../src/platform/database.js';
import { startService, type TestService } from './support/test-service.js';

describe('the look-up of incidents around a report', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ environment: { ROLE: 'api' } });
  });
  afterAll(() => service.close());

  it('is planned once, and what follows in its transaction as ever', async () => {
    const { app } = service.service;
    const place = { latitude: 28.2919, longitude: -81.4076 };
    const sighting = { ...place, observedAt: new Date() } as Sighting;
    const mode = await app.get(Database).transaction(async (tx) => {
      await app.get(IncidentsStore).lockAround(tx, sighting, null);
      return tx.query('SHOW plan_cache_mode');
    });
    expect(mode).toEqual([{ plan_cache_mode: 'auto' }]);
  });
});
