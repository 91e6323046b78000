import { Crew } from './support/crew.js';
import { connectSocket, type SocketFamily } from './support/family.js';
import { merge, reportsOf, split } from './support/merges.js';
import { PLACES } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };

/** What sockets hear of two that became one. */
describe('merged incidents on sockets', () => {
  let service: TestService;
  let crew: Crew;
  const open: { close(): unknown }[] = [];

  beforeAll(async () => {
    service = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '100' } });
    crew = await Crew.of(service);
  });
  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one.close();
  });
  afterAll(() => service.close());

  const watching = async (at: TestService, areas: object[]) => {
    const socket = await connectSocket(at.url);
    open.push(socket);
    await socket.watch({ areas });
    return socket;
  };
  const heard = ({ received }: SocketFamily) => received.map(({ id }) => id);
  const two = async () => ({
    a: await crew.alert({ location: PLACES.kissimmee }),
    b: await crew.alert({ location: PLACES.orlando }),
  });
  const join = (fromId: string, intoId: string) =>
    merge(service.url, crew.dispatcher, fromId, intoId);
  const apart = (id: string, reports: string[]) => split(service.url, crew.dispatcher, id, reports);
  const reports = (id: string) => reportsOf(service.url, crew.dispatcher, id);

  it('are told once each, of the end as well after a split', async () => {
    const ofA = await watching(service, [OSCEOLA]);
    const ofB = await watching(service, [ORANGE]);
    const both = await watching(service, [OSCEOLA, ORANGE]);
    const { a, b } = await two();
    const own = await reports(a.incidentId);
    await join(a.incidentId, b.incidentId);
    const updateId = await crew.update(b.incidentId);
    await apart(b.incidentId, own);
    const clearA = await crew.clear(a.incidentId);
    const clearB = await crew.clear(b.incidentId);
    await Promise.all([ofA.until(4), ofB.until(3), both.until(5)]);
    expect(heard(ofA)).toEqual([a.alertId, updateId, clearA, clearB]);
    expect(heard(ofB)).toEqual([b.alertId, updateId, clearB]);
    expect(heard(both)).toEqual([a.alertId, b.alertId, updateId, clearA, clearB]);
  });

  it('are told once, in the language they chose last', async () => {
    const socket = await watching(service, [OSCEOLA]);
    const { a, b } = await two();
    await socket.until(1);
    await socket.watch({ areas: [OSCEOLA], locale: 'es' });
    await join(a.incidentId, b.incidentId);
    const updateId = await crew.update(b.incidentId);
    const clearId = await crew.clear(b.incidentId);
    await until(() => heard(socket).includes(clearId));
    expect(socket.received.map(({ id, locale }) => [id, locale])).toEqual([
      ...[
        [a.alertId, 'en'],
        [updateId, 'es'],
        [clearId, 'es'],
      ],
    ]);
  });

  it('are not told anew by a process that started after their alerts', async () => {
    const { a, b } = await two();
    const { database, secrets } = service;
    const other = await startService({ environment: { ROLE: 'api' }, database, secrets });
    open.push(other);
    const socket = await watching(other, [OSCEOLA, ORANGE]);
    const own = await reports(a.incidentId);
    await join(a.incidentId, b.incidentId);
    await apart(b.incidentId, own);
    const clearIds = [await crew.clear(a.incidentId), await crew.clear(b.incidentId)];
    await socket.until(2);
    expect(heard(socket)).toEqual(clearIds);
  });
});
