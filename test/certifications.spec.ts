import { Certifications } from '../src/identity/trainings/certifications.service.js';
import { Desk } from './support/desk.js';
import { connectSocket } from './support/family.js';
import { ask } from './support/graphql.js';
import { UPDATE_STAFF } from './support/operations.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { Classroom, dayIn } from './support/trainings.js';
import { until } from './support/until.js';

/** Whose training lapses, and that they hear of it in time. */
describe('a certification that lapses', () => {
  let service: TestService;
  /** Another process on the same database. */
  let other: TestService;
  let room: Classroom;
  let desk: Desk;

  beforeAll(async () => {
    service = await startService();
    const { database, secrets } = service;
    other = await startService({ database, secrets });
    room = new Classroom(service);
    desk = new Desk(service);
    await until(async () => (await looks()).length === 1, 'the first look');
  });
  afterAll(async () => {
    await other.close();
    await service.close();
  });
  afterEach(() =>
    service.database.query(`UPDATE staff SET suspended_at = now() WHERE role = 'RESPONDER'`),
  );

  const responder = (days: number) =>
    hire(service.url, service.admin, 'RESPONDER', 'One', dayIn(days));
  const looks = () => service.database.query<{ day: string }>('SELECT day FROM certification_look');
  const jobs = () =>
    service.database.query<{ id: string; at: Date }>(
      `SELECT id, start_after AS at FROM pgboss.job WHERE name = 'certification-look' AND state = 'created'`,
    );
  const look = (at = service) => at.service.app.get(Certifications).look();
  /** As on a day on which nobody has looked yet. */
  const anotherDay = async () => {
    await service.database.query('DELETE FROM certification_look');
  };
  const warned = async ({ id }: Person) =>
    (
      await service.database.query<{ days: number }>(
        'SELECT days_before AS days FROM certification_warning WHERE staff_id = $1 ORDER BY warned_at',
        [id],
      )
    ).map(({ days }) => days);
  const setUntil = ({ id: staffId }: Person, days: number) => {
    const input = { staffId, certifiedUntil: dayIn(days) };
    return ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
  };

  it.each([
    [31, 'NONE', []],
    [30, 'LAPSES_SOON', [30]],
    [8, 'LAPSES_SOON', [30]],
    [7, 'LAPSES_THIS_WEEK', [7]],
    [0, 'LAPSES_THIS_WEEK', [7]],
    [-1, 'LAPSED', []],
  ])('in %i days is told with the next request: %s; warned of: %j', async (days, warning, told) => {
    const person = await responder(days);
    expect(await room.certification(person)).toEqual({
      ...{ until: dayIn(days), lapsesInDays: days, warning },
    });
    await anotherDay();
    await look();
    expect(await warned(person)).toEqual(told);
  });

  it('is warned of 30 and 7 days before, once each, whoever looks and how often', async () => {
    const person = await responder(30);
    for (const days of [30, 29, 8, 7, 6, 0]) {
      await service.database.query('UPDATE staff SET certified_until = $2 WHERE id = $1', [
        person.id,
        dayIn(days),
      ]);
      // The day it ends is the same one throughout: it is today that moves.
      await service.database.query(
        'UPDATE certification_warning SET certified_until = $2 WHERE staff_id = $1',
        [person.id, dayIn(days)],
      );
      await anotherDay();
      await Promise.all([look(), look(other), look(), look(other)]);
    }
    expect(await warned(person)).toEqual([30, 7]);
    const entries = (await desk.entries(person.id)).filter(
      ({ kind }) => kind === 'certification.warned',
    );
    expect(entries.map(({ actor, facts }) => [actor, facts.daysBefore])).toEqual([
      ['clock', 30],
      ['clock', 7],
    ]);
  });

  it('that was renewed is warned of anew when that lapses', async () => {
    const person = await responder(20);
    await anotherDay();
    await look();
    await setUntil(person, 25);
    await anotherDay();
    await look();
    expect(await warned(person)).toEqual([30, 30]);
  });

  it('is told on the socket to the person and to dispatchers, and to nobody else', async () => {
    const [person, colleague] = [await responder(5), await responder(100)];
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER', 'One');
    const heard: Record<string, any[]> = { person: [], colleague: [], dispatcher: [] };
    const sockets = await Promise.all(
      Object.entries({ person, colleague, dispatcher }).map(async ([name, { token }]) => {
        const connected = await connectSocket(other.url, { token }, '/dispatch');
        connected.socket.on('certification', (state: object) => {
          heard[name]!.push(state);
        });
        return connected;
      }),
    );
    await anotherDay();
    await look();
    await until(() => heard.person!.length > 0 && heard.dispatcher!.length > 0, 'the warning');
    expect(heard.person).toEqual([
      { staffId: person.id, until: dayIn(5), lapsesInDays: 5, warning: 'LAPSES_THIS_WEEK' },
    ]);
    expect(heard.dispatcher).toEqual(heard.person);
    // Whatever the colleague was told before is here once they hear of their own.
    await setUntil(colleague, 6);
    await anotherDay();
    await look();
    await until(() => heard.colleague!.length > 0, 'the colleague’s own warning');
    expect(heard.colleague!.map(({ staffId }) => staffId)).toEqual([colleague.id]);
    for (const { close } of sockets) close();
  });

  it('is looked for every day: one look a day queues one for the next, and a start makes up for a missed one', async () => {
    await anotherDay();
    await Promise.all([look(), look(other), look()]);
    expect(await looks()).toHaveLength(1);
    const before = await jobs();
    expect(before.every(({ at }) => at.getTime() > Date.now())).toBe(true);
    // As after an outage in which every job was lost.
    await service.database.query(`DELETE FROM pgboss.job WHERE name = 'certification-look'`);
    await anotherDay();
    const person = await responder(3);
    const { database, secrets } = service;
    const started = await startService({ database, secrets });
    try {
      await until(async () => (await warned(person)).length > 0, 'the look after the start');
      await until(async () => (await jobs()).length === 1, 'the job of the next day');
      const [next] = await jobs();
      expect(next!.at.toISOString()).toBe(`${dayIn(1)}T15:00:00.000Z`);
    } finally {
      await started.close();
    }
  });

  it('is listed for admins, the earliest first, with what has lapsed', async () => {
    const [late, soon, gone] = [await responder(30), await responder(2), await responder(-5)];
    const suspended = await responder(1);
    const input = { staffId: suspended.id, suspended: true };
    await ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
    const list = async (args: string) => {
      const query = `{ lapsingCertifications${args} { edges { node { id certification { lapsesInDays } } } pageInfo { endCursor } } }`;
      const { lapsingCertifications } = await ask(service.url, query, {}, service.admin.token);
      return lapsingCertifications as { edges: { node: any }[]; pageInfo: { endCursor: string } };
    };
    const ids = ({ edges }: { edges: { node: any }[] }) => edges.map(({ node }) => node.id);
    const all = await list('');
    expect(ids(all)).toEqual([gone.id, soon.id, late.id]);
    expect(all.edges.map(({ node }) => node.certification.lapsesInDays)).toEqual([-5, 2, 30]);
    expect(ids(await list('(withinDays: 2)'))).toEqual([gone.id, soon.id]);
    const first = await list('(first: 1)');
    expect(ids(await list(`(first: 1, after: "${first.pageInfo.endCursor}")`))).toEqual([soon.id]);
  });
});
