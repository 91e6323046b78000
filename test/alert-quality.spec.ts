import { ask, send } from './support/graphql.js';
import { Crew } from './support/crew.js';
import { DISMISS } from './support/operations.js';
import { PLACES, hire, report } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const QUALITY = `query ($since: DateTime, $until: DateTime, $districtId: ID) {
  alertQuality(since: $since, until: $until, districtId: $districtId) {
    incidents verified corroborated
    outcomes { outcome incidents }
    minutesToVerify { incidents median longest }
    minutesToAllClear { incidents median ninetieth longest buckets { upTo incidents } }
    minutesToRetraction { incidents median }
  }
}`;

describe('how well the network did', () => {
  let service: TestService;
  let crew: Crew;
  const at = (latitude: number, longitude: number) => ({ location: { latitude, longitude } });
  const shift = (incidentId: string, verified: number, corrected: number) =>
    service.database.query(
      `UPDATE incident SET verified_at = opened_at + make_interval(mins => $2),
         cleared_at = cleared_at - corrected_at + opened_at + make_interval(mins => $2 + $3),
         corrected_at = opened_at + make_interval(mins => $2 + $3) WHERE id = $1`,
      [incidentId, verified, corrected],
    );

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(() => service.close());

  it('counts outcomes and times, and no drill', async () => {
    const cleared = await crew.alert({ location: PLACES.kissimmee });
    await crew.clear(cleared.incidentId);
    await shift(cleared.incidentId, 3, 40);
    const wrong = await crew.alert({ location: PLACES.orlando });
    await crew.retract(wrong.incidentId);
    await shift(wrong.incidentId, 5, 7);
    await crew.alert({ location: PLACES.apopka });
    for (const [index, outcome] of ['UNFOUNDED', 'UNFOUNDED', 'DUPLICATE'].entries()) {
      const place = at(28.35 + index / 50, -81.45);
      const incidentId = await report(service.url, crew.author, place);
      const input = { incidentId, outcome };
      await ask(service.url, DISMISS, { input }, crew.dispatcher.token);
    }
    const real = await quality();
    expect(real).toMatchObject({ incidents: 6, verified: 3, corroborated: 0 });
    expect(Object.fromEntries(real.outcomes.map(asPair))).toEqual({
      ...{ ACTIVE: 1, CLEARED: 1, RETRACTED: 1 },
      ...{ UNFOUNDED: 2, DUPLICATE: 1 },
    });
    expect(real.minutesToVerify.incidents).toBe(3);
    expect(real.minutesToVerify.longest).toBeCloseTo(5);
    expect(real.minutesToAllClear).toMatchObject({ incidents: 1 });
    expect(real.minutesToAllClear.median).toBeCloseTo(40);
    const filled = real.minutesToAllClear.buckets.filter(
      ({ incidents }: { incidents: number }) => incidents > 0,
    );
    expect(filled).toEqual([{ upTo: 60, incidents: 1 }]);
    expect(real.minutesToRetraction.median).toBeCloseTo(7);
  });

  it('keeps the time of an all-clear that was retracted later, beside that of the retraction', async () => {
    const before = await quality();
    const { incidentId } = await crew.alert(at(28.46, -81.45));
    await crew.clear(incidentId);
    await service.database.query(
      `UPDATE incident SET verified_at = verified_at - interval '500 minutes' WHERE id = $1`,
      [incidentId],
    );
    const cleared = await quality();
    expect(cleared.minutesToAllClear.longest).toBeCloseTo(500, 0);
    await crew.retract(incidentId);
    const { minutesToAllClear, minutesToRetraction } = await quality();
    expect(minutesToAllClear).toEqual(cleared.minutesToAllClear);
    expect(minutesToRetraction.incidents).toBe(before.minutesToRetraction.incidents + 1);
  });

  it('leaves out drills and what was merged', async () => {
    const before = await quality();
    const [school] = await service.database.query<{ id: string }>(
      'SELECT id FROM school WHERE open ORDER BY abs(latitude - 28.6781) + abs(longitude + 81.5118) LIMIT 1',
    );
    const start = 'mutation ($input: StartDrillInput!) { startDrill(input: $input) { id } }';
    await ask(service.url, start, { input: { schoolId: school!.id } }, crew.dispatcher.token);
    const drill = { location: PLACES.apopka, drill: true };
    await crew.alert(drill);
    const [from, into] = [
      await report(service.url, crew.author, at(28.41, -81.2)),
      await report(service.url, crew.author, at(28.43, -81.2)),
    ];
    const merge =
      'mutation ($input: MergeIncidentsInput!) { mergeIncidents(input: $input) { id } }';
    const input = { fromId: from, intoId: into };
    await ask(service.url, merge, { input }, crew.dispatcher.token);
    expect((await quality()).incidents).toBe(before.incidents + 1);
  });

  it('is asked for a span and a district', async () => {
    expect((await quality({ until: '2020-01-01T00:00:00Z' })).incidents).toBe(0);
    const empty = await quality({ districtId: '0000000' });
    expect(empty).toMatchObject({ incidents: 0, outcomes: [] });
    expect(empty.minutesToVerify).toEqual({ incidents: 0, median: null, longest: null });
  });

  it.each([
    [{ districtId: 'x' }, 'districtId'],
    [{ since: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }, 'until'],
  ])('refuses %j', async (variables, field) => {
    const { errors } = await send(service.url, QUALITY, variables, crew.dispatcher.token);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
  });

  it('is not for responders', async () => {
    const responder = await hire(service.url, service.admin, 'RESPONDER');
    const { errors } = await send(service.url, QUALITY, {}, responder.token);
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
  });

  const quality = async (variables: object = {}) =>
    (await ask(service.url, QUALITY, variables, crew.dispatcher.token)).alertQuality;
  const asPair = ({ outcome, incidents }: { outcome: string; incidents: number }) => [
    outcome,
    incidents,
  ];
});
