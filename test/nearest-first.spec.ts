import { latLngToCell } from 'h3-js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { subscribePush, type Area } from './support/family.js';
import { ask } from './support/graphql.js';
import { PLACES } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

const NEAREST = `query ($near: PointInput!) { schools(near: $near, first: 1) { edges { node { id } } } }`;
const DISTRICT = { districtId: '1201470' };

/** In which order families are told: the nearest first, and each once. */
describe('nearest first', () => {
  let service: TestService;
  let push: PushService;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  it('batches hold followers of the school, then of the district, then of cells', async () => {
    const { latitude, longitude } = PLACES.kissimmee;
    const { schools } = await ask(service.url, NEAREST, { near: { latitude, longitude } });
    const school = { schoolId: schools.edges[0].node.id };
    const cell = { cell: { h3: latLngToCell(latitude, longitude, 7), radiusKm: 2 } };
    const families = new Map<string, string>();
    const follow = async (name: string, areas: Area[]) => {
      families.set((await subscribePush(service.url, push, areas)).id, name);
    };
    await follow('cell', [cell]);
    await follow('district and cell', [DISTRICT, cell]);
    await follow('school and district', [school, DISTRICT]);
    await follow('district', [DISTRICT]);
    await follow('all', [cell, DISTRICT, school]);
    const crew = await Crew.of(service);
    const { alertId } = await crew.alert();
    const { accepted } = await crew.complete(push, alertId);
    expect(accepted).toBe(5);
    const batches = await service.database.query<{ told: string[] }>(
      'SELECT told FROM delivery_batch WHERE delivery_id = $1 ORDER BY ordinal',
      [alertId],
    );
    const names = batches.map(({ told }) => told.map((id) => families.get(id)).sort());
    expect(names).toEqual([
      ['all', 'school and district'],
      ['district', 'district and cell'],
      ['cell'],
    ]);
  });

  it('an alert is for the cells of its own place, whatever was told before', async () => {
    const { kissimmee, orlando } = PLACES;
    const follow = ({ latitude, longitude }: typeof kissimmee | typeof orlando) =>
      subscribePush(service.url, push, [
        { cell: { h3: latLngToCell(latitude, longitude, 7), radiusKm: 2 } },
      ]);
    const elsewhere = await follow(kissimmee);
    const near = await follow(orlando);
    const crew = await Crew.of(service);
    const { alertId } = await crew.alert({ location: orlando });
    await crew.complete(push, alertId);
    const told = await service.database.query<{ told: string[] }>(
      'SELECT told FROM delivery_batch WHERE delivery_id = $1',
      [alertId],
    );
    const ids = told.flatMap((batch) => batch.told);
    expect(ids).toContain(near.id);
    expect(ids).not.toContain(elsewhere.id);
  });
});
