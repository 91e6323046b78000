import { ActiveSnapshot } from '../src/alerts/feeds/active-snapshot.service.js';
import { AlertsStore } from '../src/alerts/alerts.store.js';
import { Database } from '../src/platform/database.js';
import { Crew } from './support/crew.js';
import { merge } from './support/merges.js';
import { PLACES } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

/** What is on is read by a statement of its own. */
describe('a message in what is on', () => {
  let service: TestService;
  let crew: Crew;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(() => service.close());

  async function expectWhole(ids: string[]): Promise<void> {
    const { live } = await service.service.app.get(ActiveSnapshot).read();
    expect(live.map(({ row }) => row.id).sort()).toEqual([...ids].sort());
    const store = service.service.app.get(AlertsStore);
    const { reader } = service.service.app.get(Database);
    for (const { row } of live) {
      const kept = (await store.withWords(reader, row.id))!;
      expect(Object.keys(kept.payloads!).length).toBeGreaterThan(10);
      expect(row).toEqual({ ...kept });
    }
  }

  it('is what the table holds of it, also after an update, a merge and an end', async () => {
    const a = await crew.alert({ location: PLACES.kissimmee });
    const b = await crew.alert({ location: PLACES.orlando });
    await expectWhole([a.alertId, b.alertId]);
    const updateId = await crew.update(a.incidentId);
    await expectWhole([updateId, b.alertId]);
    await merge(service.url, crew.dispatcher, a.incidentId, b.incidentId);
    await expectWhole([b.alertId]);
    const last = await crew.update(b.incidentId);
    await expectWhole([last]);
    await crew.clear(b.incidentId);
    await expectWhole([]);
  });
});
