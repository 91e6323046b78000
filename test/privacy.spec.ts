import { cellToLatLng, latLngToCell } from 'h3-js';
import { createHash } from 'node:crypto';
import { createLogger } from '../src/platform/logger.js';
import { Keyring } from '../src/platform/keyring.js';
import { freshSecrets } from '../src/platform/secrets.js';
import { PushService, type PushDevice } from './push-service/push-service.js';
import { startChild, type ChildService } from './support/child-service.js';
import { Crew } from './support/crew.js';
import { channelOf, connectSocket, type SocketFamily } from './support/family.js';
import { FILE_REPORT, SUBSCRIBE, UPDATE_SUBSCRIPTION } from './support/operations.js';
import { reportInput } from './support/staff.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

/** Where it happens: exact, and for staff only. */
const EXACT = { latitude: 28.3055127, longitude: -81.4075139 };
/** Told of it, and not the school nearest to it. */
const FOLLOWED_SCHOOL = '120147007764';
const FAR_SCHOOL = '120144001387';
const FAR_DISTRICT = '1200390';
const CELL = latLngToCell(EXACT.latitude, EXACT.longitude, 7);
const COARSE = latLngToCell(EXACT.latitude, EXACT.longitude, 5);
const NARRATIVE = 'Canarybird: two people in plain clothes asked for Wilhelmina.';
const AGENT = 'CanaryPhone/7.1';
const ADDRESS = '203.0.113.77';
const COLLEAGUE = 'Canaria Colleague';

/** Tables that hold every school and district there is. */
const REGISTERS = ['public.school', 'public.district'];

interface Family {
  name: string;
  areas: object[];
  device: PushDevice | undefined;
  id: string;
  token: string;
}

/** Something that must not be found, by what it is. */
type Canaries = Record<string, string | Buffer>;

/**
 * Promise 4: the database alone reveals no family; nor do logs, errors and metrics. A whole
 * incident goes by on real parts, with everything breaking that can break, and then all that is
 * written anywhere is searched.
 */
describe('privacy', () => {
  const secrets = freshSecrets();
  let database: TestDatabase;
  /** Serves only. */
  let service: TestService;
  /** Serves too, and sends: a process of its own, of which all is heard that it prints. */
  let worker: ChildService;
  let push: PushService;
  let refusing: PushService;
  let crew: Crew;
  let incidentId: string;
  const families: Family[] = [];
  const sockets: SocketFamily[] = [];
  /** Everything the service answered to a family or a stranger when it refused. */
  const refusals: string[] = [];
  const invites: string[] = [];

  beforeAll(async () => {
    push = await PushService.start();
    refusing = await PushService.start({ certificates: push.certificates });
    trust(push.certificates.caPem);
    database = await createTestDatabase();
    [service, worker] = await Promise.all([
      startService({ database, secrets, environment: { ROLE: 'api' } }),
      startChild({
        ...{ DATABASE_URL: database.url, ...secrets, ROLE: 'all', LOG_LEVEL: 'trace' },
        ...{ PUSH_ALLOW_PRIVATE: '1', NODE_EXTRA_CA_CERTS: push.certificates.caFile },
      }),
    ]);
    crew = await Crew.of(service);
    await story();
  }, 60_000);
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await worker.stop('SIGKILL');
    await service.close();
    await database.drop();
    await Promise.all([push.stop(), refusing.stop()]);
  }, 60_000);

  async function story(): Promise<void> {
    await settle();
    await mistakes();
    for (const family of families.filter(({ device }) => !device))
      sockets.push(await listen(family));
    const { alertId, ...alerted } = await crew.alert(
      { location: EXACT, narrative: NARRATIVE },
      { radiusMeters: 2_500 },
    );
    incidentId = alerted.incidentId;
    const [fine, ...breaking] = families.flatMap(({ device }) => device ?? []);
    await push.waitFor(() => fine!.received.length > 0);
    await until(() => breaking.every(({ attempts }) => attempts > 0), 'an attempt at each');
    await sockets[0]!.until(1);
    await until(async () => (await crew.delivery(alertId)).gone === 1, 'the 410');
    await ending();
  }

  /** Families of every kind; each of their phones is to meet another fate. */
  async function settle(): Promise<void> {
    const areas = [
      [{ schoolId: FOLLOWED_SCHOOL }],
      [{ schoolId: FOLLOWED_SCHOOL }, { schoolId: FAR_SCHOOL }],
      [{ schoolId: FOLLOWED_SCHOOL }, { districtId: FAR_DISTRICT }],
      [{ cell: { h3: CELL, radiusKm: 2 } }],
      [{ cell: { h3: COARSE, radiusKm: 10 } }, { schoolId: FAR_SCHOOL }],
    ] as const;
    for (let index = 0; index < 14; index++)
      await subscribe(`family ${index}`, [...areas[index % 5]!], push.createDevice());
    for (let index = 0; index < 4; index++)
      await subscribe(`refused family ${index}`, [...areas[3]], refusing.createDevice());
    await subscribe('socket family', [...areas[3], ...areas[1]], undefined);
    const [, gone, broken, stuck, reset, missing, dripping, limited] = families;
    push.behave(gone!.device!, { kind: 'status', status: 410 });
    push.behave(broken!.device!, { kind: 'status', status: 500 });
    push.behave(stuck!.device!, { kind: 'hang' });
    push.behave(reset!.device!, { kind: 'reset' });
    push.behave(missing!.device!, { kind: 'status', status: 404 });
    push.behave(dripping!.device!, { kind: 'drip' });
    push.behave(limited!.device!, { kind: 'status', status: 429, retryAfterSeconds: 1 });
    refusing.behave('host', { kind: 'status', status: 401 });
  }

  async function subscribe(name: string, areas: object[], device: PushDevice | undefined) {
    const input = { push: device && channelOf(device), locale: 'es-MX', areas };
    const { data } = JSON.parse(await say(SUBSCRIBE, { input }, undefined, worker.url));
    const { token, subscription } = data.subscribe;
    families.push({ name, areas, device, token, id: subscription.id });
  }

  /** One request as a phone sends it; answers the text. */
  async function say(
    query: string,
    variables: object = {},
    token?: string,
    url = service.url,
  ): Promise<string> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', 'user-agent': AGENT },
        ...{ 'x-forwarded-for': ADDRESS, cookie: `canary=${AGENT}` },
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return response.text();
  }

  /** Requests that must be refused, each with something in it that must not come back. */
  async function mistakes(): Promise<void> {
    const [one, two] = families as [Family, Family];
    const given = channelOf(one.device!);
    const subscription = { push: given, locale: 'en', areas: one.areas };
    const wrong: [string, object, string?][] = [
      [SUBSCRIBE, { ...subscription, push: { ...given, auth: two.device!.auth } }],
      [SUBSCRIBE, { ...subscription, push: { ...given, auth: 'x', p256dh: 'x' } }],
      [SUBSCRIBE, { ...subscription, push: { ...given, endpoint: `${given.endpoint}#x` } }],
      [
        SUBSCRIBE,
        { ...subscription, push: { ...given, endpoint: `http${given.endpoint.slice(5)}` } },
      ],
      [SUBSCRIBE, { ...subscription, push: { ...given, endpoint: `${given.endpoint}\0` } }],
      [SUBSCRIBE, { ...subscription, locale: 'x' }],
      [SUBSCRIBE, { ...subscription, areas: [...one.areas, { schoolId: '999999999999' }] }],
      [SUBSCRIBE, { ...subscription, areas: [{ cell: { h3: CELL, radiusKm: 3 } }] }],
      [SUBSCRIBE, { ...subscription, areas: Array(6).fill(one.areas[0]) }],
      [UPDATE_SUBSCRIPTION, { push: given }, two.token],
      [UPDATE_SUBSCRIPTION, { areas: [] }, one.token],
      [UPDATE_SUBSCRIPTION, { push: given }, `${one.token}x`],
      [
        FILE_REPORT,
        reportInput({ location: EXACT, narrative: NARRATIVE, drill: true }),
        crew.author.token,
      ],
      [FILE_REPORT, reportInput({ location: EXACT, narrative: NARRATIVE }), one.token],
      [
        FILE_REPORT,
        reportInput({ location: EXACT, narrative: NARRATIVE, size: { agents: -1 } }),
        crew.author.token,
      ],
    ];
    for (const [query, input, token] of wrong) await refused(query, { input }, token);
    await refused('{ mySubscription { id } }', {}, one.token.slice(0, -1));
    await refused(
      '{ activeAlerts(areas: [{ schoolId: "x" }]) { edges { cursor } } }',
      {},
      one.token,
    );
    await inviting();
    const socket = await listen(two);
    const { error } = await socket.watch({ areas: [{ cell: { h3: CELL, radiusKm: 3 } }] });
    refusals.push(JSON.stringify(error));
    socket.close();
    await connectSocket(service.url, { token: `${one.token}x` }).catch((failure) =>
      refusals.push(String(failure), JSON.stringify(failure)),
    );
  }

  async function refused(query: string, variables: object, token?: string): Promise<void> {
    for (const url of [service.url, worker.url]) {
      const text = await say(query, variables, token, url);
      expect(JSON.parse(text).errors).toHaveLength(1);
      refusals.push(text);
    }
  }

  const listen = async ({ token }: Family) => {
    const socket = await connectSocket(service.url, { token });
    await socket.watch({});
    return socket;
  };

  /** Links are opened, used, used again, and written wrong. */
  async function inviting(): Promise<void> {
    const invite = `mutation ($input: InviteStaffInput!) { inviteStaff(input: $input) { url } }`;
    const accept = `mutation ($input: AcceptInviteInput!) { acceptInvite(input: $input) { token } }`;
    const input = { role: 'RESPONDER', organization: 'One' };
    const { data } = JSON.parse(await say(invite, { input }, service.admin.token));
    const token = (data.inviteStaff.url as string).split('/invite/')[1]!;
    invites.push(token);
    for (const path of [token, `${token}x`, `${token}/x`, `${token}%00`, `x?token=${token}`])
      for (const url of [service.url, worker.url])
        await (await fetch(`${url}/invite/${path}`)).text();
    const use = { input: { token, displayName: COLLEAGUE } };
    invites.push(JSON.parse(await say(accept, use)).data.acceptInvite.token);
    await refused(accept, use);
    await refused(accept, { input: { token: `${token}x`, displayName: COLLEAGUE } });
  }

  /** News and the end of it, while half of the phones still do not answer. */
  async function ending(): Promise<void> {
    await crew.update(incidentId, 'MOVED');
    const clearId = await crew.clear(incidentId);
    const [fine] = families;
    await push.waitFor(
      () => fine!.device!.received.some(({ json }) => json.id === clearId),
      20_000,
    );
    await sockets[0]!.until(3);
  }

  /** Every row of every table there is, as text, by table. */
  async function dump(): Promise<Map<string, string>> {
    const tables = await database.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
         -- Their rows are those of subscription_area.
         AND format('%I.%I', table_schema, table_name)::regclass NOT IN
           (SELECT relid FROM pg_partition_tree('subscription_area') WHERE isleaf)`,
    );
    const text = new Map<string, string>();
    for (const { schema, name } of tables) {
      const rows = await database.query<{ row: string }>(
        `SELECT row_to_json(t)::text AS row FROM "${schema}"."${name}" t`,
      );
      text.set(`${schema}.${name}`, rows.map(({ row }) => row).join('\n'));
    }
    return text;
  }

  /** Which canaries a text holds, however they are written. */
  const foundIn = (text: string, canaries: Canaries) =>
    Object.entries(canaries).flatMap(([name, canary]) =>
      formsOf(canary).some((form) => text.includes(form)) ? [name] : [],
    );
  const foundInTables = (tables: Map<string, string>, canaries: Canaries, except: string[] = []) =>
    [...tables].flatMap(([table, text]) =>
      except.includes(table) ? [] : foundIn(text, canaries).map((name) => `${name} in ${table}`),
    );

  /** What is known of a family by how it is reached. */
  const channelCanaries = (): Canaries =>
    Object.fromEntries(
      families.flatMap(({ name, device, token }) => [
        [`token of ${name}`, token],
        [`secret part of the token of ${name}`, token.replace('family_', '')],
        ...(device
          ? [
              [`endpoint of ${name}`, device.endpoint],
              [`path of ${name}`, device.id],
              [`p256dh of ${name}`, device.p256dh],
              [`p256dh of ${name}, as bytes`, Buffer.from(device.p256dh, 'base64url')],
              [`auth of ${name}`, device.auth],
              [`auth of ${name}, as bytes`, Buffer.from(device.auth, 'base64url')],
            ]
          : []),
      ]),
    );

  /** What is known of it by where it lives. */
  const placeCanaries = (): Canaries => ({
    'followed school': FOLLOWED_SCHOOL,
    'far school': FAR_SCHOOL,
    'far district': FAR_DISTRICT,
    ...{ cell: CELL, 'coarse cell': COARSE },
    ...Object.fromEntries(
      [CELL, COARSE].flatMap((cell) => {
        const [latitude, longitude] = cellToLatLng(cell);
        return [
          [`latitude of ${cell}`, latitude.toFixed(5)],
          [`longitude of ${cell}`, longitude.toFixed(5)],
        ];
      }),
    ),
    ...Object.fromEntries(areaKeys().map((key) => [`key ${key}`, key])),
  });

  const areaKeys = () => [
    ...[`school:${FOLLOWED_SCHOOL}`, `school:${FAR_SCHOOL}`, `district:${FAR_DISTRICT}`],
    ...[`cell:${CELL}:2`, `cell:${COARSE}:10`],
  ];
  const phoneCanaries: Canaries = { agent: AGENT, address: ADDRESS };
  const staffCanaries = (): Canaries => ({
    narrative: NARRATIVE,
    ...{ 'a word of the narrative': 'Canarybird', 'a name in it': 'Wilhelmina' },
    'exact latitude': String(EXACT.latitude),
    'exact longitude': String(EXACT.longitude),
  });
  const tokenCanaries = (): Canaries => ({
    'admin token': service.admin.token,
    'author token': crew.author.token,
    'dispatcher token': crew.dispatcher.token,
    'invite token': invites[0]!,
    'colleague token': invites[1]!,
  });
  const everyCanary = (): Canaries => ({
    ...channelCanaries(),
    ...placeCanaries(),
    ...phoneCanaries,
    ...staffCanaries(),
    ...tokenCanaries(),
    'name of a colleague': COLLEAGUE,
    ...Object.fromEntries(families.map(({ name, id }) => [`id of ${name}`, id])),
  });

  const logged = () => [...service.log, ...worker.lines].join('\n');

  describe('the search', () => {
    it('finds a canary however it is written down', async () => {
      const { id, p256dh } = families[0]!.device!;
      const key = Buffer.from(p256dh, 'base64url');
      const digest = createHash('sha256').update(`school:${FOLLOWED_SCHOOL}`).digest();
      const planted: [string, string][] = [
        ['text', `'https://example.org/${id}/x'`],
        ['bytea', `convert_to('x${id}y', 'UTF8')`],
        ['text', `encode(convert_to('xy${id}', 'UTF8'), 'base64')`],
        ['text', `'${Buffer.from(`{"e":"${id}"}`).toString('base64url')}'`],
        ['jsonb', `'{"a": [{"b": "${id}"}]}'`],
        ['text[]', `ARRAY['x', '${id}']`],
        ['bytea', `'\\x00${key.toString('hex')}'`],
        ['text', `'${key.toString('base64')}'`],
        ['bytea', `'\\x${digest.toString('hex')}'`],
        ['text', `'${digest.toString('base64url')}'`],
      ];
      const canaries = { ...channelCanaries(), ...placeCanaries() };
      const missed: string[] = [];
      await database.query('CREATE SCHEMA planted');
      for (const [type, value] of planted) {
        await database.query(`CREATE TABLE planted.canary AS SELECT (${value})::${type} AS it`);
        if (foundIn((await dump()).get('planted.canary')!, canaries).length === 0)
          missed.push(value);
        await database.query('DROP TABLE planted.canary');
      }
      await database.query('DROP SCHEMA planted');
      expect(missed).toEqual([]);
    });

    it('goes over all that was written, and there is much', async () => {
      const tables = await dump();
      for (const table of [
        'subscription',
        'subscription_area',
        'delivery',
        'delivery_batch',
        'ledger_entry',
      ])
        expect(tables.get(`public.${table}`)!.length).toBeGreaterThan(100);
      expect(tables.get('pgboss.job')).toContain('delivery-batch');
      const lines = logged();
      expect(['"request"', 'push-refused'].filter((said) => !lines.includes(said))).toEqual([]);
      expect(refusals.length).toBeGreaterThan(20);
    });
  });

  describe('the database', () => {
    it('holds nothing by which a family is reached, and no digest of it without a key', async () => {
      expect(foundInTables(await dump(), { ...channelCanaries(), ...phoneCanaries })).toEqual([]);
    });

    it('holds no place that a family follows, and no digest of it without a key', async () => {
      expect(foundInTables(await dump(), placeCanaries(), REGISTERS)).toEqual([]);
    });

    it('holds no token of anybody', async () => {
      expect(foundInTables(await dump(), tokenCanaries())).toEqual([]);
    });

    it('holds what a responder wrote sealed only, and the place of it where staff looks', async () => {
      const tables = await dump();
      const {
        'exact latitude': latitude,
        'exact longitude': longitude,
        ...words
      } = staffCanaries();
      expect(foundInTables(tables, words)).toEqual([]);
      const places = ['report', 'incident', 'incident_sighting', 'incident_review', 'alert'].map(
        (name) => `public.${name}`,
      );
      expect(foundInTables(tables, { latitude: latitude!, longitude: longitude! }, places)).toEqual(
        [],
      );
    });

    it('holds tags beside nothing but the ids of subscriptions', async () => {
      const keyring = Keyring.from(secrets);
      const tags: Canaries = Object.fromEntries(
        areaKeys().map((key) => [`tag of ${key}`, keyring.areaTag(key)]),
      );
      const tables = await dump();
      expect(foundIn(tables.get('public.subscription_area')!, tags)).toEqual(Object.keys(tags));
      expect(foundInTables(tables, tags, ['public.subscription_area'])).toEqual([]);
    });

    it('has no table with both a tag and a place, and none of a family with anything else', async () => {
      const columns = await database.query<{ table: string; column: string; type: string }>(
        `SELECT table_name AS table, column_name AS column, data_type AS type
         FROM information_schema.columns WHERE table_schema = 'public'
         ORDER BY table_name, ordinal_position`,
      );
      const of = (name: string) =>
        columns
          .filter(({ table }) => table === name)
          .map(({ column, type }) => `${column} ${type}`);
      expect(of('subscription')).toEqual([
        ...['id uuid', 'token_hash bytea', 'channel bytea', 'channel_key_id text'],
        ...['endpoint_index bytea', 'vapid_key_id text', 'locale text'],
        ...['last_seen_week date', 'missing_since date', 'drills boolean'],
      ]);
      for (const name of ['subscription_area', 'drill_area'])
        expect(of(name)).toEqual(['tag bytea', 'subscription_id uuid']);
      const tables = [...new Set(columns.map(({ table }) => table))];
      const has = (name: string, pattern: RegExp) =>
        of(name).some((column) => pattern.test(column));
      expect(tables.filter((name) => has(name, /(^|_)tags? |area_key/i))).toEqual([
        'drill_area',
        'subscription_area',
      ]);
      const place = /latitude|longitude|school|district|cell|h3|place|address|geo|(?<!end)point/i;
      for (const name of [
        'subscription',
        'subscription_area',
        'drill_area',
        'delivery',
        'delivery_batch',
        'delivery_host',
      ])
        expect(of(name).filter((column) => place.test(column))).toEqual([]);
      // A proposal's `devices` is how many there are, rounded.
      const family = /subscri|device(?!s integer)|famil|endpoint|p256dh/i;
      expect(tables.filter((name) => has(name, family))).toEqual([
        'drill_area',
        'subscription',
        'subscription_area',
      ]);
      const person = /\bip\b|ip_|_ip\b|agent|phone|email|\bname|created|updated|timestamp/i;
      for (const name of ['subscription', 'subscription_area', 'drill_area'])
        expect(of(name).filter((column) => person.test(column))).toEqual([]);
    });

    it('knows the ids of subscriptions where who was told is kept, and nowhere else', async () => {
      const ids: Canaries = Object.fromEntries(
        families.map(({ name, id }) => [`id of ${name}`, id]),
      );
      const kept = ['subscription', 'subscription_area', 'delivery', 'delivery_batch'];
      const tables = await dump();
      expect(foundIn(tables.get('public.delivery_batch')!, ids).length).toBeGreaterThan(5);
      expect(
        foundInTables(
          tables,
          ids,
          kept.map((name) => `public.${name}`),
        ),
      ).toEqual([]);
    });

    it('once who was told is forgotten, links no subscription to any incident', async () => {
      await database.query('UPDATE delivery SET expires = now()');
      await database.query(
        `UPDATE pgboss.job SET start_after = now() WHERE name = 'delivery-forget'`,
      );
      const left = async () =>
        (
          await database.query<{ n: number }>(
            `SELECT count(*)::int AS n FROM delivery_batch JOIN delivery ON delivery.id = delivery_id
           WHERE incident_id = $1`,
            [incidentId],
          )
        )[0]!.n;
      await until(async () => (await left()) === 0, 'forgetting');
      const ids: Canaries = Object.fromEntries(
        families.map(({ name, id }) => [`id of ${name}`, id]),
      );
      const own = ['public.subscription', 'public.subscription_area'];
      expect(foundInTables(await dump(), ids, own)).toEqual([]);
      const totals = await database.query<Record<string, number>>(
        'SELECT audience, accepted, gone, failed FROM delivery WHERE incident_id = $1',
        [incidentId],
      );
      expect(totals.length).toBeGreaterThan(0);
      for (const counts of totals)
        for (const count of Object.values(counts)) expect(count % 10).toBe(0);
      const hosts = await database.query(
        'SELECT FROM delivery_host JOIN delivery ON delivery.id = delivery_id WHERE incident_id = $1',
        [incidentId],
      );
      expect(hosts).toHaveLength(0);
    });
  });

  describe('what is told', () => {
    it('in the log of every process is no endpoint, key, token, place or narrative', () => {
      expect(foundIn(logged(), everyCanary())).toEqual([]);
    });

    it('in metrics neither', async () => {
      for (const url of [service.url, worker.url]) {
        const text = await (await fetch(`${url}/metrics`)).text();
        expect(text).toContain('campana_');
        expect(foundIn(text, everyCanary())).toEqual([]);
      }
    });

    it('in a refusal neither', () => {
      const { 'name of a colleague': _, ...canaries } = everyCanary();
      expect(foundIn(refusals.join('\n'), canaries)).toEqual([]);
    });

    it('in a refusal of a type neither, though that was in what was sent', async () => {
      const [one] = families as [Family];
      const { auth: _, ...halfPush } = channelOf(one.device!);
      const { vantage: __, ...halfReport } = reportInput({ location: EXACT, narrative: NARRATIVE });
      const wrong: [string, unknown, string?][] = [
        [SUBSCRIBE, { push: halfPush, locale: 'en', areas: one.areas }],
        [SUBSCRIBE, { push: channelOf(one.device!), locale: 5, areas: one.areas }],
        [SUBSCRIBE, { push: channelOf(one.device!), areas: one.areas }],
        [SUBSCRIBE, { push: one.device!.endpoint, locale: 'en', areas: one.areas }],
        [SUBSCRIBE, { locale: 'en', areas: [{ cell: { h3: CELL, radiusKm: 'x' } }] }],
        [SUBSCRIBE, { locale: 'en', areas: [FOLLOWED_SCHOOL] }],
        [FILE_REPORT, halfReport, crew.author.token],
        [FILE_REPORT, { ...halfReport, vantage: 'NOPE' }, crew.author.token],
        [
          FILE_REPORT,
          { ...halfReport, vantage: 'FIRSTHAND', narrative: [NARRATIVE] },
          crew.author.token,
        ],
      ];
      const answers: string[] = [];
      for (const [query, input, token] of wrong)
        // Also when it is compiled, which reads variables in a way of its own.
        for (let time = 0; time < 4; time++)
          answers.push(await say(`${query} # ${answers.length - time}`, { input }, token));
      for (const answer of answers) expect(answer).toContain('BAD_USER_INPUT');
      expect(foundIn(answers.join('\n'), everyCanary())).toEqual([]);
    });

    it('to the public and to phones is no exact place, no narrative and nobody’s name', async () => {
      const page = await (
        await fetch(`${service.url}/alerts/${families[0]!.device!.received[0]!.json.id}`)
      ).text();
      expect(page).toContain('<html');
      const { data } = JSON.parse(
        await say(
          '{ activeAlerts { edges { node { id school { name } distance texts { body } } } } }',
        ),
      );
      const told = [
        ...families.flatMap(({ device }) => device?.received.map(({ json }) => json) ?? []),
        ...sockets.flatMap(({ received }) => received),
        ...[page, data],
      ];
      expect(
        foundIn(JSON.stringify(told), { ...staffCanaries(), 'name of staff': 'RESPONDER' }),
      ).toEqual([]);
    });
  });

  describe('a fault of ours', () => {
    /** Makes PostgreSQL refuse rows, in words of its own that quote what it choked on. */
    const choke = (table: string, said: string) =>
      database.query(`
        CREATE OR REPLACE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION E'${said}' USING DETAIL = E'${said}', HINT = E'${said}'; END $$;
        CREATE TRIGGER choke BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION choke();
      `);
    const breathe = (table: string) => database.query(`DROP TRIGGER choke ON ${table}`);
    const input = () => ({
      push: channelOf(push.createDevice()),
      locale: 'en',
      areas: [{ schoolId: FAR_SCHOOL }],
    });

    it('is told to nobody in the words of the database', async () => {
      await choke('subscription', 'Key (endpoint)=(canary-of-postgres) is in the way');
      const from = service.log.length;
      const text = await say(SUBSCRIBE, { input: input() });
      await breathe('subscription');
      expect(JSON.parse(text).errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
      expect(text).not.toContain('canary-of-postgres');
      const lines = service.log.slice(from).join('');
      expect(lines).toContain('unexpected');
      expect(lines).not.toContain('canary-of-postgres');
    });

    it('is told to nobody when its words look like a frame of the stack', async () => {
      await choke('subscription', 'no\\n    at canary-in-a-frame');
      await say(SUBSCRIBE, { input: input() });
      await breathe('subscription');
      const lines: string[] = [];
      createLogger('trace', { write: (line: string) => void lines.push(line) }).error(
        { err: new Error('two lines\n    at canary-in-a-frame') },
        'unexpected',
      );
      expect(lines.join('')).not.toContain('canary-in-a-frame');
      expect(foundIn(logged(), { frame: 'canary-in-a-frame' })).toEqual([]);
    });

    it('of a row that cannot be opened is told without what is in it', async () => {
      const spoiled = families[0]!;
      // In the mark, so that whoever made it ready before reads it again.
      await database.query(
        `UPDATE subscription SET channel =
           set_byte(channel, octet_length(channel) - 1, 255 - get_byte(channel, octet_length(channel) - 1))
         WHERE id = $1`,
        [spoiled.id],
      );
      const from = worker.lines.length;
      await crew.alert({ location: EXACT, narrative: NARRATIVE }, { radiusMeters: 2_500 });
      const heard = () =>
        worker.lines.slice(from).filter((line) => /"level":"(warn|error)"/.test(line));
      await until(() => heard().length > 0, 'a word about it');
      expect(foundIn(heard().join('\n'), everyCanary())).toEqual([]);
      await database.query('DELETE FROM subscription WHERE id = $1', [spoiled.id]);
    });
  });
});

/** A text or some bytes in every way a row, a line or an answer may hold them. */
function formsOf(canary: string | Buffer): string[] {
  const bytes = Buffer.from(canary as string);
  const digests = ['md5', 'sha1', 'sha256', 'sha512'].map((name) =>
    createHash(name).update(bytes).digest(),
  );
  return [
    ...(typeof canary === 'string' ? [canary] : []),
    bytes.toString('hex'),
    ...inBase64(bytes),
    ...digests.flatMap((digest) => [digest.toString('hex'), ...inBase64(digest)]),
  ];
}

/** In the middle of other bytes, the same bytes come out in one of three ways, in two alphabets. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    const certain = [Math.ceil((shift * 8) / 6), Math.floor((shifted.length * 8) / 6)] as const;
    return (['base64', 'base64url'] as const).map((alphabet) =>
      shifted.toString(alphabet).slice(...certain),
    );
  });
}
