import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { ask } from './support/graphql.js';
import { merge, reportsOf, split } from './support/merges.js';
import { startService, type TestService } from './support/test-service.js';

const INCIDENT = `query ($id: ID!) { incident(id: $id) {
  state verifiedAt minutesToCorrection } }`;

/** How long the correction of what was merged took. */
describe('the times of merged incidents', () => {
  let service: TestService;
  let crew: Crew;
  let desk: Desk;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
    desk = new Desk(service);
  });
  afterAll(() => service.close());

  const alert = async (expiresInMinutes = 60) => {
    const location = desk.spot();
    return (await crew.alert({ location }, { expiresInMinutes })).incidentId;
  };
  const join = (fromId: string, intoId: string) =>
    merge(service.url, crew.dispatcher, fromId, intoId);
  const apart = (id: string, reports: string[]) => split(service.url, crew.dispatcher, id, reports);
  const reports = (id: string) => reportsOf(service.url, crew.dispatcher, id);
  const incident = async (id: string) =>
    (await ask(service.url, INCIDENT, { id }, crew.dispatcher.token)).incident;
  const minutesBetween = (from: string, to: Date) => (to.getTime() - Date.parse(from)) / 60_000;
  const correctedAt = async (incidentId: string): Promise<Date> =>
    (await desk.alerts(incidentId)).at(-1)!.sent;

  it('to the correction that its families got, by way of all it was merged into', async () => {
    const [a, b, c, untold] = [
      await alert(),
      await alert(),
      await alert(),
      await desk.reported(crew.author),
    ];
    await join(a, b);
    await join(untold, b);
    await join(b, c);
    expect(await incident(a)).toMatchObject({ state: 'MERGED', minutesToCorrection: null });
    await crew.clear(c);
    const end = await correctedAt(c);
    for (const id of [a, b, c]) {
      const { verifiedAt, minutesToCorrection } = await incident(id);
      expect(minutesToCorrection).toBeCloseTo(minutesBetween(verifiedAt, end), 6);
    }
    expect((await incident(untold)).minutesToCorrection).toBeNull();
  });

  it('to the correction, also once it stands alone again', async () => {
    const [a, b] = [await alert(), await alert()];
    const own = await reports(a);
    await join(a, b);
    await crew.clear(b);
    const { minutesToCorrection } = await incident(a);
    expect(minutesToCorrection).not.toBeNull();
    await apart(b, own);
    expect(await incident(a)).toMatchObject({ state: 'CLEARED', minutesToCorrection });
  });
});
