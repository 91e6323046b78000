import { Crew } from './support/crew.js';
import { merge, reportsOf, split } from './support/merges.js';
import { PLACES } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

/** Of a school that is told only through the incident that its own was merged into. */
describe('feeds of a merged incident', () => {
  let service: TestService;
  let crew: Crew;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(() => service.close());

  const OSCEOLA = '/alerts.geojson?district=1201470';
  const get = (date?: string) =>
    fetch(`${service.url}${OSCEOLA}`, date ? { headers: { 'if-modified-since': date } } : {});
  const modified = async () => (await get()).headers.get('last-modified')!;
  const shown = async (answer: Response): Promise<string[]> =>
    ((await answer.json()) as { features: { id: string }[] }).features.map(({ id }) =>
      id.split('/').at(-1)!,
    );
  /** Whoever asks by the date they have, alone, at every change. */
  const learns = async (date: string, ids: string[]) => {
    const answer = await get(date);
    expect(answer.status).toBe(200);
    expect(await shown(answer)).toEqual(ids);
  };
  /** Until nothing happened close by, so that a date alone tells of the last change. */
  const agesApart = async ([a, b]: { incidentId: string }[]) => {
    const age = (what: string, minutes: number, { incidentId }: { incidentId: string }) =>
      service.database.query(
        `UPDATE alert SET ${what} = now() - $2 * interval '1 minute' WHERE incident_id = $1`,
        [incidentId, minutes],
      );
    await age('sent', 9, a!);
    await age('sent', 6, b!);
    await age('regrouped_at', 3, a!);
    let date = '';
    const isSeen = async () => Date.parse((date = await modified())) < Date.now() - 120_000;
    await until(isSeen, 'what was written behind its back');
    expect((await get(date)).status).toBe(304);
    return date;
  };

  it('tell by date what a merge, a split and the other one’s end changed', async () => {
    const a = await crew.alert({ location: PLACES.kissimmee });
    const b = await crew.alert({ location: PLACES.orlando });
    const own = await reportsOf(service.url, crew.dispatcher, a.incidentId);
    const date = await modified();
    expect((await get(date)).status).toBe(304);
    const join = () => merge(service.url, crew.dispatcher, a.incidentId, b.incidentId);
    await join();
    await learns(date, [b.alertId]);
    const joined = await agesApart([a, b]);
    await split(service.url, crew.dispatcher, b.incidentId, own);
    await learns(joined, [a.alertId]);
    await join();
    const again = await agesApart([a, b]);
    await crew.clear(b.incidentId);
    await learns(again, []);
  });
});
