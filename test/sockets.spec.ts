import { latLngToCell } from 'h3-js';
import { Crew } from './support/crew.js';
import { arrivals, connectSocket, type SocketFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { SUBSCRIBE, UPDATE_STAFF } from './support/operations.js';
import { PLACES, hire, report } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };

describe('sockets', () => {
  let service: TestService;
  /** A second API process of the same network. */
  let other: TestService;
  let crew: Crew;
  const open: SocketFamily[] = [];

  beforeAll(async () => {
    service = await startService({ environment: { ROLE: 'all' } });
    const { database, secrets } = service;
    other = await startService({ environment: { ROLE: 'api' }, database, secrets });
    crew = await Crew.of(service);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(async () => {
    await other.close();
    await service.close();
  });

  const connect = async (at = service, auth: object = {}, namespace = '/alerts') => {
    const socket = await connectSocket(at.url, auth, namespace);
    open.push(socket);
    return socket;
  };
  const ids = ({ received }: SocketFamily) => received.map(({ id }) => id);
  const place = (name: keyof typeof PLACES) => ({ location: PLACES[name] });

  describe('/alerts', () => {
    it('gives families on every API process the alert and its end, once, in their language', async () => {
      const cell = { h3: latLngToCell(28.2919, -81.4076, 7), radiusKm: 2 };
      const [here, there, far] = await Promise.all([connect(), connect(other), connect(other)]);
      const watching = await here.watch({ areas: [OSCEOLA, { cell }] });
      expect(watching).toMatchObject({ watching: 2, active: [] });
      await there.watch({ areas: [{ cell }], locale: 'es-MX' });
      await far.watch({ areas: [ORANGE] });
      const { incidentId, alertId } = await crew.alert(place('kissimmee'));
      const clearId = await crew.clear(incidentId);
      await Promise.all([here.until(2), there.until(2)]);
      expect(ids(here)).toEqual([alertId, clearId]);
      expect(ids(there)).toEqual([alertId, clearId]);
      expect(here.received.map(({ locale }) => locale)).toEqual(['en', 'en']);
      expect(there.received.map(({ locale }) => locale)).toEqual(['es', 'es']);
      expect(far.received).toEqual([]);
      expect(Object.keys(here.received[0]!).sort()).toEqual(
        'body expires headline id incidentId instruction locale msgType references sent signature status url'.split(
          ' ',
        ),
      );
    });

    it('tells the end to whoever was told, also after they turned to another area', async () => {
      const socket = await connect();
      await socket.watch({ areas: [OSCEOLA] });
      const { incidentId, alertId } = await crew.alert(place('kissimmee'));
      await socket.until(1);
      await socket.watch({ areas: [ORANGE] });
      const clearId = await crew.clear(incidentId);
      await socket.until(2);
      expect(ids(socket)).toEqual([alertId, clearId]);
    });

    it('tells a socket that returns the latest it missed, and what is on', async () => {
      const { incidentId, alertId } = await crew.alert(place('orlando'));
      const since = new Date().toISOString();
      const first = await connect();
      const { active } = await first.watch({ areas: [ORANGE] });
      expect(active.map(({ id }: { id: string }) => id)).toEqual([alertId]);
      first.close();
      const witness = await connect(other);
      await witness.watch({ areas: [ORANGE] });
      const updateId = await crew.update(incidentId, 'MOVED');
      // Whoever comes while the other process is being told may hear of it twice.
      await witness.until(1);
      const early = await connect(other);
      expect((await early.watch({ areas: [ORANGE], since })).active).toHaveLength(1);
      await early.until(1);
      expect(ids(early)).toEqual([updateId]);
      const unheard = await crew.alert(place('apopka'));
      const unheardEnd = await crew.clear(unheard.incidentId);
      const clearId = await crew.clear(incidentId);
      await early.until(4);
      const back = await connect(other);
      const answer = await back.watch({ areas: [ORANGE], since });
      await back.until(2);
      expect(ids(back)).toEqual([unheardEnd, clearId]);
      expect(answer.active).toEqual([]);
      const moved = await connect(other);
      await moved.watch({ areas: [OSCEOLA], since, incidents: [incidentId] });
      await moved.until(1);
      expect(ids(moved)).toEqual([clearId]);
    });

    it('follows a subscriber’s own areas by token, without hearing of them again', async () => {
      const input = { locale: 'es', areas: [OSCEOLA] };
      const { subscribe } = await ask(service.url, SUBSCRIBE, { input });
      const socket = await connect(service, { token: subscribe.token });
      expect(await socket.watch({})).toMatchObject({ watching: 1 });
      const { incidentId, alertId } = await crew.alert(place('kissimmee'));
      await socket.until(1);
      expect(socket.received[0]).toMatchObject({ id: alertId, locale: 'es' });
      await crew.clear(incidentId);
    });

    it.each([
      [{}, 'areas'],
      [{ areas: [] }, 'areas'],
      [{ areas: 'x' }, 'areas'],
      [{ areas: Array.from({ length: 6 }, () => OSCEOLA) }, 'areas'],
      [{ areas: [{ schoolId: '000000000000' }] }, 'areas.0.schoolId'],
      [{ areas: [{ cell: { h3: latLngToCell(28.3, -81.4, 8), radiusKm: 2 } }] }, 'areas.0.cell.h3'],
      [{ areas: [null] }, 'areas.0'],
      [{ areas: [OSCEOLA], since: 'yesterday' }, 'since'],
      [{ areas: [OSCEOLA], incidents: ['x'] }, 'incidents'],
      ['watch', 'watch'],
      [null, 'watch'],
    ])('refuses %j, naming the field, and stays up', async (request, field) => {
      const socket = await connect();
      const { error } = await socket.watch(request as object);
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
      expect(await socket.watch({ areas: [OSCEOLA] })).toMatchObject({ watching: 1 });
    });

    it('limits how often one asks, and how much one sends', async () => {
      const socket = await connect();
      const answers = await Promise.all(
        Array.from({ length: 15 }, () => socket.watch({ areas: [OSCEOLA] })),
      );
      const limited = answers.filter(({ error }) => error?.code === 'RATE_LIMITED');
      expect(limited.length).toBeGreaterThan(0);
      const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve));
      socket.socket.emit('watch', { areas: [OSCEOLA], padding: 'x'.repeat(20_000) });
      await gone;
    });

    it('lets nobody in with a token that opens nothing', async () => {
      for (const token of ['x', 'family_' + 'x'.repeat(43), 7, {}])
        await expect(connect(service, { token })).rejects.toMatchObject({
          data: { code: 'UNAUTHENTICATED' },
        });
    });
  });

  describe('/dispatch', () => {
    const staffSocket = async (token: string, at = service) => {
      const socket = await connect(at, { token }, '/dispatch');
      const heard: [string, Record<string, any>][] = [];
      for (const event of ['report', 'incident', 'delivery'])
        socket.socket.on(event, (data) => heard.push([event, data]));
      const until = (event: string, holds: (data: Record<string, any>) => boolean) =>
        arrivals(socket.socket, event, () => heard.some(([e, data]) => e === event && holds(data)));
      return { ...socket, heard, until };
    };

    it('is for staff only', async () => {
      await expect(connect(service, {}, '/dispatch')).rejects.toMatchObject({
        data: { code: 'UNAUTHENTICATED' },
      });
    });

    it('tells dispatchers everywhere of reports, changes and deliveries', async () => {
      const socket = await staffSocket(crew.dispatcher.token, other);
      const { incidentId, alertId } = await crew.alert(place('apopka'));
      await socket.until('report', (data) => data.incidentId === incidentId);
      await socket.until('incident', (data) => data.id === incidentId && data.state === 'ACTIVE');
      await socket.until('delivery', (data) => data.alertId === alertId && data.complete);
      await crew.clear(incidentId);
      await socket.until('incident', (data) => data.id === incidentId && data.state === 'CLEARED');
      expect(JSON.stringify(socket.heard)).not.toMatch(/latitude|narrative|token/);
    });

    it('tells an author what became of the report, and nothing of others', async () => {
      const stranger = await hire(service.url, service.admin, 'RESPONDER', 'Three');
      const [mine, theirs] = [
        await staffSocket(crew.author.token),
        await staffSocket(stranger.token),
      ];
      const { incidentId } = await crew.alert(place('apopka'));
      await mine.until('incident', (data) => data.id === incidentId && data.state === 'ACTIVE');
      await crew.clear(incidentId);
      await mine.until('incident', (data) => data.state === 'CLEARED');
      expect(theirs.heard).toEqual([]);
      expect(mine.heard.every(([event]) => event === 'incident')).toBe(true);
    });

    it.each([
      ['signing out', (token: string) => ask(service.url, 'mutation { signOut }', {}, token)],
      ['suspension', (_: string, staffId: string) => change({ staffId, suspended: true })],
      ['another role', (_: string, staffId: string) => change({ staffId, role: 'ANALYST' })],
    ])('closes the sockets of a person on %s, on every process', async (_, end) => {
      const person = await hire(service.url, service.admin, 'DISPATCHER', 'Four');
      const sockets = [await staffSocket(person.token), await staffSocket(person.token, other)];
      const gone = sockets.map(
        ({ socket }) => new Promise<string>((resolve) => socket.once('disconnect', resolve)),
      );
      await end(person.token, person.id);
      expect(await Promise.all(gone)).toEqual(['io server disconnect', 'io server disconnect']);
    });

    const change = (input: object) =>
      ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
  });

  it('hears of a report from another process', async () => {
    const socket = await connect(other, { token: crew.dispatcher.token }, '/dispatch');
    const heard = new Promise((resolve) => socket.socket.once('report', resolve));
    await report(service.url, crew.author, { location: { latitude: 28.35, longitude: -81.25 } });
    await heard;
  });
});
