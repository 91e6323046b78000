import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { connectSocket } from './support/family.js';
import { ask, send } from './support/graphql.js';
import { merge, reportsOf, split } from './support/merges.js';
import { VERIFY } from './support/operations.js';
import { PLACES, hire, report } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const ON_NOW = `query ($areas: [AreaInput!]) {
  activeAlerts(areas: $areas) { edges { node { id } } } }`;
const INCIDENT = `query ($id: ID!) { incident(id: $id) { id state reportCount mergedInto { id } } }`;

/** What families of a merged incident find, and what its authors do. */
describe('families of a merged incident', () => {
  let service: TestService;
  let crew: Crew;
  let desk: Desk;

  beforeAll(async () => {
    service = await startService({ environment: { CORROBORATION_REPORTS: '2' } });
    crew = await Crew.of(service);
    desk = new Desk(service);
  });
  afterAll(() => service.close());

  const onNow = async (area: object): Promise<string[]> => {
    const { activeAlerts } = await ask(service.url, ON_NOW, { areas: [area] });
    return activeAlerts.edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  const inFeed = async (district: string): Promise<string[]> => {
    const answer = await fetch(`${service.url}/alerts.geojson?district=${district}`);
    const { features } = (await answer.json()) as { features: { id: string }[] };
    return features.map(({ id }) => id.split('/').at(-1)!);
  };
  const atConnect = async (area: object): Promise<string[]> => {
    const socket = await connectSocket(service.url);
    const { active } = await socket.watch({ areas: [area] });
    socket.close();
    return active.map(({ id }: { id: string }) => id);
  };

  it('find the alert that speaks for theirs, before it says anything new', async () => {
    const a = await crew.alert({ location: PLACES.kissimmee });
    const b = await crew.alert({ location: PLACES.orlando });
    const own = await reportsOf(service.url, crew.dispatcher, a.incidentId);
    expect(await onNow(OSCEOLA)).toEqual([a.alertId]);
    await merge(service.url, crew.dispatcher, a.incidentId, b.incidentId);
    expect(await onNow(OSCEOLA)).toEqual([b.alertId]);
    expect(await onNow(ORANGE)).toEqual([b.alertId]);
    expect(await atConnect(OSCEOLA)).toEqual([b.alertId]);
    expect(await inFeed('1201470')).toEqual([b.alertId]);
    const updateId = await crew.update(b.incidentId);
    for (const find of [onNow, atConnect]) expect(await find(OSCEOLA)).toEqual([updateId]);
    expect(await inFeed('1201470')).toEqual([updateId]);
    await split(service.url, crew.dispatcher, b.incidentId, own);
    expect(await onNow(ORANGE)).toEqual([updateId]);
    expect(await onNow(OSCEOLA)).toContain(a.alertId);
  });

  it('and its authors still find it by its old id', async () => {
    const a = await report(service.url, crew.author, { location: desk.spot() });
    const b = await desk.reported(await hire(service.url, service.admin, 'RESPONDER', 'Three'));
    await merge(service.url, crew.dispatcher, a, b);
    const { incident } = await ask(service.url, INCIDENT, { id: a }, crew.author.token);
    expect(incident).toEqual({ id: a, state: 'MERGED', reportCount: 0, mergedInto: { id: b } });
    const bystander = await hire(service.url, service.admin, 'RESPONDER', 'Four');
    const { errors } = await send(service.url, INCIDENT, { id: a }, bystander.token);
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('are told when the reports that came together corroborate one another', async () => {
    const [one, mate, other] = [
      await hire(service.url, service.admin, 'RESPONDER', 'Five'),
      await hire(service.url, service.admin, 'RESPONDER', 'Five'),
      await hire(service.url, service.admin, 'RESPONDER', 'Six'),
    ];
    const south = { latitude: 28.34, longitude: -81.4 };
    const north = (meters: number) => ({ ...south, latitude: south.latitude + meters / 111_195 });
    const here = await report(service.url, one, { location: south });
    expect(await report(service.url, mate, { location: north(700) })).toBe(here);
    const apart = await report(service.url, other, { location: north(-500) });
    expect(apart).not.toBe(here);
    const merged = await merge(service.url, crew.dispatcher, apart, here);
    expect(merged).toMatchObject({ id: here, state: 'ACTIVE', alerts: [expect.anything()] });
    const kinds = (await desk.entries(here)).map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['incident.merged', 'incident.corroborated']);
  });

  it('leave no proposal behind that the ledger does not name', async () => {
    const wide = { radiusMeters: 4_000 };
    const [into, from] = [await desk.reported(crew.author), await desk.reported(crew.author)];
    const [reportId] = await reportsOf(service.url, crew.dispatcher, from);
    const propose = () => desk.attempt(VERIFY, crew.dispatcher, { incidentId: into, ...wide });
    const dropped = async () => (await desk.entries(into)).at(-1)!.facts.proposalDropped;
    expect(await propose()).toBe('OK');
    const first = (await desk.pending(into))!.id;
    await merge(service.url, crew.dispatcher, from, into);
    expect(await desk.pending(into)).toBeNull();
    expect(await dropped()).toBe(first);
    expect(await propose()).toBe('OK');
    const second = (await desk.pending(into))!.id;
    await split(service.url, crew.dispatcher, into, [reportId!]);
    expect(await dropped()).toBe(second);
  });
});
