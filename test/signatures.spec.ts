import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { arrivals, connectSocket, subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';
import { AlertReader } from '../src/alerts/alert-reader.service.js';
import { ActiveSnapshot } from '../src/alerts/feeds/active-snapshot.service.js';
import { readCopies } from '../src/alerts/signed-copies.js';
import { publicKeysOf, signPayload, verifyPayload } from '../src/alerts/signature.js';
import { FanOutService } from '../src/delivery/fan-out.service.js';
import { freshSecrets } from '../src/platform/secrets.js';
import { SigningKeys } from '../src/platform/signing-keys.js';

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

  it('hold in every form that other systems read', async () => {
    const { incidentId, alertId } = await crew.alert();
    const pushed = (await stored(alertId)).en;
    for (const path of [`/alerts/${alertId}.cap`, '/alerts.atom', '/alerts.geojson']) {
      const text = await (await fetch(`${service.url}${path}`)).text();
      const copy = readCopies(text).messages.find(({ id }) => id === alertId)!;
      expect(copy).toEqual(pushed);
      expect(await verdict(copy)).toBe('ok');
      const forged = readCopies(text.replaceAll(pushed.headline, 'All is well')).messages;
      expect(await verdict(forged.find(({ id }) => id === alertId)!)).toBe('altered');
    }
    await crew.clear(incidentId);
  });

  it('cover the end of it too, and what a late socket is told', async () => {
    const since = new Date().toISOString();
    const { incidentId } = await crew.alert();
    const clearId = await crew.clear(incidentId);
    const late = await connectSocket(service.url);
    await late.watch({ areas: [OSCEOLA], since });
    // What is announced while it is replayed may come twice.
    const seen = () => late.received.map(({ id }) => id);
    await arrivals(late.socket, 'alert', () => seen().includes(clearId));
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
    const snapshot = service.service.app.get(ActiveSnapshot);
    const isSeen = async () => !(await snapshot.read()).live[0]!.row.payloads!.es;
    await until(isSeen, 'what was written behind its back');
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
    await service.database.query(
      `UPDATE delivery SET expires = now() - interval '1 second' WHERE incident_id = $1`,
      [incidentId],
    );
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

  describe('npm run alert:verify', () => {
    let folder: string;
    let message: Message;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'campana-verify-'));
      const { incidentId, alertId } = await crew.alert();
      message = await overGraphql(alertId, 'en');
      await crew.clear(incidentId);
      await write('keys.json', (await keySet()).set);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    const write = async (name: string, content: unknown) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      await writeFile(join(folder, name), text);
    };
    /** Without a database and without any environment but what is given. */
    const run = (args: string[], environment: Record<string, string> = {}) =>
      new Promise<{ status: number; said: string }>((resolve) => {
        const command = join(process.cwd(), 'dist/src/alerts/verify.command.js');
        execFile(
          process.execPath,
          [command, ...args],
          { cwd: folder, env: environment },
          (error, stdout, stderr) =>
            resolve({ status: Number(error?.code ?? 0), said: stdout + stderr }),
        );
      });
    const check = async (content: unknown, environment?: Record<string, string>) => {
      await write('copy.json', content);
      return run(['copy.json', ...(environment ? [] : ['--keys', 'keys.json'])], environment);
    };

    it('says in plain words which message it is, and that it holds', async () => {
      const { status, said } = await check(message);
      const [kid] = message.signature.split('.');
      expect(said).toBe(
        `${message.id} · en · ${message.headline}\n  verified: signed in these words with the key ${kid}\n`,
      );
      expect(status).toBe(0);
    });

    it('says of an old message that it is over, however well it is signed', async () => {
      const signing = SigningKeys.from({ SIGNING_KEYS: service.secrets.SIGNING_KEYS });
      const { signature: _, ...words } = message;
      const old = signPayload({ ...words, expires: '2026-03-03T14:16:00.000Z' }, signing);
      const { status, said } = await check(old);
      expect(said).toMatch(/verified: .*\n  it is over since 2026-03-03T14:16:00\.000Z\n$/);
      expect(status).toBe(0);
    });

    it('says of a file for other systems what in it is not signed', async () => {
      const cap = await (await fetch(`${service.url}/alerts/${message.id}.cap`)).text();
      await writeFile(join(folder, 'alert.cap'), cap);
      const { status, said } = await run(['alert.cap', '--keys', 'keys.json']);
      expect(said).toMatch(/verified: .*\nNot signed, .*: its area, /);
      expect(status).toBe(0);
      await writeFile(join(folder, 'forged.cap'), cap.replaceAll(message.headline, 'All is well'));
      const forged = await run(['forged.cap', '--keys', 'keys.json']);
      expect(forged).toMatchObject({ status: 20, said: expect.not.stringContaining('Not signed') });
    });

    it('takes a socket’s event, and the keys of the installation', async () => {
      const { SIGNING_KEYS } = service.secrets;
      expect((await check(['alert', message], { SIGNING_KEYS })).status).toBe(0);
      const dataDir = await mkdtemp(join(folder, 'data-'));
      await writeFile(join(dataDir, 'secrets.json'), JSON.stringify({ SIGNING_KEYS }));
      expect((await check(message, { DATA_DIR: dataDir })).status).toBe(0);
      expect(await readdir(dataDir)).toEqual(['secrets.json']);
    });

    it('finds what was altered or never signed, and prints nothing that acts on a terminal', async () => {
      const changed = { ...message, headline: 'All\u001b[2J is\nwell\u202e' };
      const { status, said } = await check([message, changed]);
      expect(status).toBe(20);
      expect(said).toContain('verified');
      expect(said).toContain(`${message.id} · en · All [2J is well\n  altered: `);
      const { signature: _, ...unsigned } = message;
      expect(await check(unsigned)).toMatchObject({
        status: 20,
        said: expect.stringContaining('not signed'),
      });
    });

    it('does not believe a key that it does not know, and makes none', async () => {
      const { SIGNING_KEYS } = freshSecrets();
      const other = await check([message, message], { SIGNING_KEYS });
      expect(other).toMatchObject({ status: 40, said: expect.stringContaining('unknown key') });
      const altered = { ...message, signature: `${SIGNING_KEYS.split(':')[0]}.${'A'.repeat(86)}` };
      expect((await check([message, altered], { SIGNING_KEYS })).status).toBe(20);
      const empty = await mkdtemp(join(folder, 'none-'));
      const none = await check(message, { DATA_DIR: join(empty, 'data') });
      expect(none).toMatchObject({ status: 40, said: expect.stringContaining('no keys') });
      expect(await readdir(empty)).toEqual([]);
    });

    it.each([
      [[], /Which file/],
      [['a', 'b'], /One file/],
      [['--key', 'x'], /Unknown option/],
      [['missing.json'], /missing.json cannot be read: ENOENT/],
      [['prose.txt', '--keys', 'keys.json'], /prose.txt cannot be checked.*no form/],
      [['keys.json', '--keys', 'keys.json'], /keys.json cannot be checked.*no message/],
      [['copy.json', '--keys', 'prose.txt'], /prose.txt holds no published keys/],
    ])('refuses %j without a stack', async (args, why) => {
      await write('prose.txt', 'ICE activity near the school');
      await write('copy.json', message);
      const { status, said } = await run(args);
      expect(status).toBe(2);
      expect(said).toMatch(why);
      expect(said).not.toMatch(/^\s+at /m);
    });
  });
});
