import { latLngToCell } from 'h3-js';
import { publicKeysOf, verifyPayload } from '../src/alerts/signature.js';
import { FanOutService } from '../src/delivery/fan-out.service.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import {
  connectSocket,
  subscribePush,
  type PushFamily,
  type SocketFamily,
} from './support/family.js';
import { ask } from './support/graphql.js';
import { merge } from './support/merges.js';
import { PLACES } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

const SCHOOL = 'query ($id: ID!) { alert(id: $id) { school { name } } }';
const around = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({
  cell: { h3: latLngToCell(latitude, longitude, 7), radiusKm: 2 },
});
const NEAR = {
  kissimmee: around(PLACES.kissimmee),
  orlando: around(PLACES.orlando),
  apopka: around(PLACES.apopka),
};

/** A correction speaks to whoever was told of one that was merged as it was told to them. */
describe('the correction of merged incidents', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  const open: SocketFamily[] = [];

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    crew = await Crew.of(service);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.close();
    await service.database.query('DELETE FROM subscription');
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const told = async (alertId: string) => (await crew.complete(push, alertId)).accepted as number;
  const join = (fromId: string, intoId: string) =>
    merge(service.url, crew.dispatcher, fromId, intoId);
  const phone = (areas: object[], locale?: string) =>
    subscribePush(service.url, push, areas, locale);
  const socket = async (areas: object[], locale = 'en') => {
    const family = await connectSocket(service.url);
    open.push(family);
    await family.watch({ areas, locale });
    return family;
  };
  /** An alert that everybody was told of, and the school it names. */
  const alert = async (place: keyof typeof PLACES) => {
    const issued = await crew.alert({ location: PLACES[place] });
    await told(issued.alertId);
    const { school } = (await ask(service.url, SCHOOL, { id: issued.alertId })).alert;
    return { ...issued, school: school.name as string };
  };
  const pushed = ({ device }: PushFamily, id: string) =>
    device.received.filter(({ json }) => json.id === id).map(({ json }) => json);
  const heard = ({ received }: SocketFamily, id: string) =>
    received.filter((payload) => payload.id === id);
  /** It came once, signed, and names the one school in its headline and body. */
  const names = async (payloads: Record<string, any>[], { school }: { school: string }) => {
    expect(payloads).toHaveLength(1);
    const [{ headline, body, ...rest }] = payloads as [Record<string, any>];
    expect({ headline, body }).toEqual({
      headline: expect.stringContaining(school),
      body: expect.stringContaining(school),
    });
    const keys = await fetch(`${service.url}/.well-known/campana-keys.json`);
    const verdict = verifyPayload({ headline, body, ...rest }, publicKeysOf(await keys.json())!);
    expect(verdict).toMatchObject({ kind: 'ok' });
  };

  it('names the school they were told of, on phones and on sockets, each time', async () => {
    const [ofA, ofB, both, enEspanol] = [
      await phone([NEAR.kissimmee]),
      await phone([NEAR.orlando]),
      await phone([NEAR.kissimmee, NEAR.orlando]),
      await phone([NEAR.kissimmee], 'es'),
    ];
    const [hearsA, hearsB, hearsBoth] = [
      await socket([NEAR.kissimmee]),
      await socket([NEAR.orlando]),
      await socket([NEAR.kissimmee, NEAR.orlando]),
    ];
    const [a, b] = [await alert('kissimmee'), await alert('orlando')];
    expect(a.school).not.toBe(b.school);
    await join(a.incidentId, b.incidentId);
    const clearId = await crew.clear(b.incidentId);
    expect(await told(clearId)).toBe(4);
    const retractId = await crew.retract(b.incidentId);
    expect(await told(retractId)).toBe(4);
    await Promise.all([hearsA.until(3), hearsB.until(3), hearsBoth.until(4)]);
    for (const id of [clearId, retractId]) {
      for (const family of [ofA, enEspanol]) await names(pushed(family, id), a);
      for (const family of [ofB, both]) await names(pushed(family, id), b);
      await names(heard(hearsA, id), a);
      for (const family of [hearsB, hearsBoth]) await names(heard(family, id), b);
    }
    expect(pushed(enEspanol, clearId)[0]!.locale).toBe('es');
  });

  it('is the same for all once an update has told all of them the same', async () => {
    const [ofA, ofB] = [await phone([NEAR.kissimmee]), await phone([NEAR.orlando])];
    const hearsA = await socket([NEAR.kissimmee]);
    const [a, b] = [await alert('kissimmee'), await alert('orlando')];
    await join(a.incidentId, b.incidentId);
    const updateId = await crew.update(b.incidentId);
    await told(updateId);
    const clearId = await crew.clear(b.incidentId);
    await told(clearId);
    await hearsA.until(3);
    const news = (await ask(service.url, SCHOOL, { id: updateId })).alert.school;
    for (const id of [updateId, clearId]) {
      for (const family of [ofA, ofB]) await names(pushed(family, id), { school: news.name });
      await names(heard(hearsA, id), { school: news.name });
    }
  });

  it('names to each in a chain what they were told last, in the language they chose last', async () => {
    const [ofA, ofB, ofC, ofAB] = await Promise.all([
      phone([NEAR.kissimmee]),
      phone([NEAR.orlando]),
      phone([NEAR.apopka]),
      phone([NEAR.kissimmee, NEAR.orlando]),
    ]);
    const [hearsA, hearsB, hearsC, hearsAB] = [
      await socket([NEAR.kissimmee]),
      await socket([NEAR.orlando]),
      await socket([NEAR.apopka]),
      await socket([NEAR.kissimmee, NEAR.orlando]),
    ];
    const a = await alert('kissimmee');
    const b = await alert('orlando');
    const c = await alert('apopka');
    await join(a.incidentId, b.incidentId);
    await join(b.incidentId, c.incidentId);
    const clearId = await crew.clear(c.incidentId);
    expect(await told(clearId)).toBe(4);
    await Promise.all([hearsA.until(2), hearsB.until(2), hearsC.until(2), hearsAB.until(3)]);
    await hearsA.watch({ areas: [NEAR.apopka], locale: 'es' });
    const retractId = await crew.retract(c.incidentId);
    expect(await told(retractId)).toBe(4);
    await Promise.all([hearsA.until(3), hearsB.until(3), hearsC.until(3), hearsAB.until(4)]);
    for (const id of [clearId, retractId]) {
      for (const [family, of] of [
        [ofA, a],
        [ofB, b],
        [ofC, c],
        [ofAB, b],
      ] as const)
        await names(pushed(family, id), of);
      for (const [family, of] of [
        [hearsA, a],
        [hearsB, b],
        [hearsC, c],
        [hearsAB, b],
      ] as const)
        await names(heard(family, id), of);
    }
    expect(hearsA.received.map(({ locale }) => locale)).toEqual(['en', 'en', 'es']);
  });

  it('is destroyed with the record of who was told, as the other words are', async () => {
    await phone([NEAR.kissimmee]);
    const [a, b] = [await alert('kissimmee'), await alert('orlando')];
    await join(a.incidentId, b.incidentId);
    const clearId = await crew.clear(b.incidentId);
    await told(clearId);
    const threads = async () => {
      const sql = 'SELECT threads FROM delivery WHERE id = $1';
      const [row] = await service.database.query<{ threads: object }>(sql, [clearId]);
      return Object.keys(row!.threads);
    };
    expect(await threads()).toHaveLength(1);
    await service.database.query(`UPDATE delivery SET expires = now() - interval '1 second'`);
    await service.service.app.get(FanOutService).forget(b.incidentId);
    expect(await threads()).toEqual([]);
  });
});
