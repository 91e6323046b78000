import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { connectSocket, subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { AlertReader } from '../src/alerts/alert-reader.service.js';
import { publicKeysOf, verifyPayload } from '../src/alerts/signature.js';
import { FanOutService } from '../src/delivery/fan-out.service.js';
import { freshSecrets } from '../src/platform/secrets.js';

type Message = Record<string, any>;

const OSCEOLA = { districtId: '1201470' };
const ALERT = `query ($id: ID!) {
  alert(id: $id) {
    id incidentId msgType status sent expires
    texts { headline body instruction locale references url signature }
  }
}`;

/** A family's device can refuse what the network did not sign. */
describe('signatures', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const keySet = async ({ url } = service) => {
    const response = await fetch(`${url}/.well-known/campana-keys.json`);
    expect(response.status).toBe(200);
    return { response, set: (await response.json()) as { keys: Message[] } };
  };
  const verdict = async (message: Message, of = service) =>
    verifyPayload(message, publicKeysOf((await keySet(of)).set)!).kind;
  const stored = async (alertId: string): Promise<Message> => {
    const [row] = await service.database.query<{ payloads: Message }>(
      'SELECT payloads FROM alert WHERE id = $1',
      [alertId],
    );
    return row!.payloads;
  };
  /** The message as a client of GraphQL puts it together. */
  const overGraphql = async (id: string, locale: string, { url } = service): Promise<Message> => {
    const { alert } = await ask(url, ALERT, { id });
    const { texts, ...about } = alert;
    return { ...about, ...texts.find((text: Message) => text.locale === locale) };
  };

  it('are published with their public half only, for an hour’s keeping', async () => {
    const { response, set } = await keySet();
    expect(response.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
    const [id, seed] = service.secrets.SIGNING_KEYS.split(':');
    expect(set.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: id, alg: 'EdDSA', use: 'sig' },
    ]);
    expect(JSON.stringify(set)).not.toContain(seed);
    const { alertKeys } = await ask(service.url, '{ alertKeys { id algorithm publicKey } }');
    expect(alertKeys).toEqual([{ id, algorithm: 'Ed25519', publicKey: set.keys[0]!.x }]);
  });

  it('are the same by push, by socket, over GraphQL and in the database, and verify', async () => {
    const phone = await subscribePush(service.url, push, [OSCEOLA], 'es-MX');
    const listener = await connectSocket(service.url);
    await listener.watch({ areas: [OSCEOLA], locale: 'es' });
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(push, alertId);
    await listener.until(1);
    const pushed = phone.device.received[0]!.json as Message;
    expect(pushed).toMatchObject({ id: alertId, locale: 'es', signature: expect.any(String) });
    expect(await verdict(pushed)).toBe('ok');
    expect(listener.received).toEqual([pushed]);
    expect(await overGraphql(alertId, 'es')).toEqual(pushed);
    const kept = await stored(alertId);
    expect(kept.es).toEqual(pushed);
    expect(kept.en.signature).not.toBe(pushed.signature);
    expect(await verdict(kept.en)).toBe('ok');
    expect(await verdict(await overGraphql(alertId, 'en'))).toBe('ok');

    expect(await verdict({ ...pushed, headline: 'Todo está bien' })).toBe('altered');
    expect(await verdict({ ...pushed, expires: '2099-01-01T00:00:00.000Z' })).toBe('altered');
    await crew.clear(incidentId);
    listener.close();
  });

  it('cover the end of it too, and what a late socket is told', async () => {
    const since = new Date().toISOString();
    const { incidentId, alertId } = await crew.alert();
    const clearId = await crew.clear(incidentId);
    const late = await connectSocket(service.url);
    await late.watch({ areas: [OSCEOLA], since });
    await late.until(2);
    expect(late.received.map(({ id }) => id)).toEqual([alertId, clearId]);
    for (const message of late.received) expect(await verdict(message)).toBe('ok');
    late.close();
  });

  it('stay as issued: words are not written again', async () => {
    const { incidentId, alertId } = await crew.alert();
    const before = await overGraphql(alertId, 'en');
    await service.database.query(`UPDATE school SET name = name || ' (renamed)'`);
    const other = await startService({
      ...{ database: service.database, secrets: service.secrets },
      environment: { PUBLIC_URL: 'https://moved.example.org' },
    });
    expect(await overGraphql(alertId, 'en', other)).toEqual(before);
    const page = await (await fetch(`${other.url}/alerts/${alertId}`)).text();
    expect(page).not.toContain('(renamed)');
    await other.close();
    await service.database.query(`UPDATE school SET name = replace(name, ' (renamed)', '')`);
    await crew.clear(incidentId);
  });

  it('are found in the nearest language that was issued', async () => {
    const { incidentId, alertId } = await crew.alert();
    await service.database.query(`UPDATE alert SET payloads = payloads - 'es' WHERE id = $1`, [
      alertId,
    ]);
    const listener = await connectSocket(service.url);
    const { active } = await listener.watch({ areas: [OSCEOLA], locale: 'es-MX' });
    expect(active).toEqual([(await stored(alertId)).en]);
    listener.close();
    await crew.clear(incidentId);
  });

  it('are made anew for an alert that was issued without', async () => {
    const { incidentId, alertId } = await crew.alert();
    const issued = await overGraphql(alertId, 'es');
    await service.database.query(`UPDATE alert SET payloads = '{}' WHERE id = $1`, [alertId]);
    expect(await overGraphql(alertId, 'es')).toEqual(issued);
    const reader = service.service.app.get(AlertReader);
    const [anew] = await reader.payloads([(await reader.byId(alertId))!], 'es-AR');
    expect(anew).toEqual(issued);
    await crew.clear(incidentId);
  });

  it('outlive the record of who was told, which keeps no copy', async () => {
    await subscribePush(service.url, push, [OSCEOLA]);
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(push, alertId);
    await crew.complete(push, await crew.clear(incidentId));
    const before = await overGraphql(alertId, 'en');
    await service.database.query('UPDATE delivery SET expires = now() WHERE incident_id = $1', [
      incidentId,
    ]);
    await service.service.app.get(FanOutService).forget(incidentId);
    expect(
      await service.database.query(
        'SELECT DISTINCT payloads FROM delivery WHERE incident_id = $1',
        [incidentId],
      ),
    ).toEqual([{ payloads: {} }]);
    expect(await overGraphql(alertId, 'en')).toEqual(before);
  });

  it('go on with a new key, and the old ones still verify', async () => {
    const { incidentId, alertId } = await crew.alert();
    const before = await overGraphql(alertId, 'en');
    const fresh = freshSecrets().SIGNING_KEYS;
    const keyOf = (message: Message) => message.signature.split('.')[0];
    const rotated = await startService({
      database: service.database,
      secrets: { ...service.secrets, SIGNING_KEYS: `${fresh},${service.secrets.SIGNING_KEYS}` },
    });
    expect(await overGraphql(alertId, 'en', rotated)).toEqual(before);
    expect(await verdict(before, rotated)).toBe('ok');
    const { clearIncident } = await ask(
      rotated.url,
      `mutation ($input: ClearIncidentInput!) { clearIncident(input: $input) { alerts { id } } }`,
      { input: { incidentId } },
      crew.dispatcher.token,
    );
    const after = await overGraphql(clearIncident.alerts.at(-1).id, 'en', rotated);
    expect(keyOf(after)).toBe(fresh.split(':')[0]);
    expect(keyOf(before)).not.toBe(keyOf(after));
    expect(await verdict(after, rotated)).toBe('ok');
    expect(await verdict(after, service)).toBe('unknown-key');
    await rotated.close();
  });
});
