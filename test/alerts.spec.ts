import { Crew } from './support/crew.js';
import { ask, send } from './support/graphql.js';
import { PREVIEW, SUBSCRIBE, UPDATE, VERIFY } from './support/operations.js';
import { PLACES, report } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };

const ACTIVE = `query ($areas: [AreaInput!], $first: Int, $after: String) {
  activeAlerts(areas: $areas, first: $first, after: $after) {
    edges { node {
      id incidentId status msgType responseType urgency severity certainty activity agency
      sent onset expires ends references distance url school { id name }
      texts { locale headline body instruction reviewed }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;

describe('alerts', () => {
  let service: TestService;
  let crew: Crew;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(() => service.close());

  const active = async (variables: object = {}) => {
    const { activeAlerts } = await ask(service.url, ACTIVE, variables);
    return activeAlerts.edges.map(({ node }: { node: Record<string, any> }) => node);
  };
  const ids = (alerts: Record<string, any>[]) => alerts.map(({ id }) => id);

  it('are public while they are on, without a word of what is for staff', async () => {
    const narrative = 'CANARY-NARRATIVE';
    const { alertId, incidentId } = await crew.alert({ narrative });
    const [alert] = await active();
    expect(alert).toMatchObject({
      id: alertId,
      incidentId,
      status: 'Actual',
      msgType: 'Alert',
      certainty: 'Observed',
      activity: 'VEHICLE_STOP',
      agency: 'ICE',
      references: [],
      ends: null,
    });
    const locales = alert!.texts.map(({ locale }: { locale: string }) => locale);
    expect(locales).toEqual(expect.arrayContaining(['en', 'es']));
    const whole = JSON.stringify(alert);
    for (const secret of [narrative, '28.29', '-81.40', crew.author.id, crew.dispatcher.id])
      expect(whole).not.toContain(secret);
    const updateId = await crew.update(incidentId);
    expect(ids(await active())).toEqual([updateId]);
    await crew.clear(incidentId);
    expect(await active()).toEqual([]);
  });

  it('are found by area, a page at a time', async () => {
    const orlando = await crew.alert({ location: PLACES.orlando });
    const kissimmee = await crew.alert({ location: PLACES.kissimmee });
    expect(ids(await active({ areas: [OSCEOLA] }))).toEqual([kissimmee.alertId]);
    expect(ids(await active({ areas: [ORANGE] }))).toEqual([orlando.alertId]);
    expect(ids(await active({ areas: [OSCEOLA, ORANGE] }))).toHaveLength(2);
    const first = await ask(service.url, ACTIVE, { first: 1 });
    expect(ids(first.activeAlerts.edges.map(({ node }: any) => node))).toEqual([kissimmee.alertId]);
    const { endCursor, hasNextPage } = first.activeAlerts.pageInfo;
    expect(hasNextPage).toBe(true);
    expect(ids(await active({ first: 1, after: endCursor }))).toEqual([orlando.alertId]);
    await crew.clear(orlando.incidentId);
    await crew.clear(kissimmee.incidentId);
  });

  it('may be cached when asked for by GET, and never with a token', async () => {
    const query = encodeURIComponent('{ activeAlerts { edges { node { id } } } }');
    const get = (headers = {}) => fetch(`${service.url}/graphql?query=${query}`, { headers });
    expect((await get()).headers.get('cache-control')).toMatch(/public, max-age=/);
    const authorization = `Bearer ${crew.dispatcher.token}`;
    expect((await get({ authorization })).headers.get('cache-control')).toBe('no-store');
  });

  it('have a page of their own that shows the newest message first, in the reader’s language', async () => {
    const { alertId, incidentId } = await crew.alert();
    await crew.clear(incidentId);
    const page = async (language: string) =>
      (
        await fetch(`${service.url}/alerts/${alertId}`, {
          headers: { 'accept-language': language },
        })
      ).text();
    const english = await page('en-US,en;q=0.9');
    expect(english.indexOf('All clear')).toBeLessThan(english.indexOf('ICE activity'));
    expect(await page('es-MX')).toContain('lang="es"');
    expect(await page('zh-TW,zh;q=0.9')).toContain('lang="zh-Hans"');
    expect((await fetch(`${service.url}/alerts/nonsense`)).status).toBe(404);
  });

  it('are previewed in rounded numbers before anybody is told', async () => {
    for (let index = 0; index < 14; index++)
      await ask(service.url, SUBSCRIBE, { input: { locale: 'en', areas: [OSCEOLA] } });
    const incidentId = await report(service.url, crew.author);
    const { audiencePreview } = await ask(
      service.url,
      PREVIEW,
      { incidentId, radiusMeters: 2_000 },
      crew.dispatcher.token,
    );
    expect(audiencePreview).toMatchObject({ devices: 10, radiusMeters: 2_000 });
    expect(audiencePreview.schools.length).toBeGreaterThan(0);
    expect(await active()).toEqual([]);
  });

  it.each([
    [{ radiusMeters: 499 }, 'radiusMeters'],
    [{ radiusMeters: 5_001 }, 'radiusMeters'],
    [{ expiresInMinutes: 0 }, 'expiresInMinutes'],
    [{ expiresInMinutes: 241 }, 'expiresInMinutes'],
  ])('refuse %j, and tell nobody', async (choice, field) => {
    const incidentId = await report(service.url, crew.author, {
      location: { latitude: 28.45, longitude: -81.45 },
    });
    const input = { incidentId, ...choice };
    const { errors } = await send(service.url, VERIFY, { input }, crew.dispatcher.token);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
    expect(await active()).toEqual([]);
  });

  it('are prolonged by EXTENDED, by other news only when asked, and never shortened', async () => {
    const place = { location: { latitude: 28.6, longitude: -81.3 } };
    const { incidentId } = await crew.alert(place, { expiresInMinutes: 30 });
    const expiry = async () => Date.parse((await active())[0]!.expires) - Date.now();
    await crew.update(incidentId, 'MORE_AGENTS');
    expect(await expiry()).toBeLessThanOrEqual(30 * 60_000);
    await crew.update(incidentId, 'EXTENDED');
    expect(await expiry()).toBeGreaterThan(50 * 60_000);
    await crew.update(incidentId, 'DETAIL', { expiresInMinutes: 120 });
    expect(await expiry()).toBeGreaterThan(110 * 60_000);
    const told = (await active())[0]!.expires;
    await crew.update(incidentId, 'EXTENDED');
    expect((await active())[0]!.expires).toBe(told);
    for (const change of ['EXTENDED', 'MOVED']) {
      const sooner = { incidentId, change, expiresInMinutes: 60 };
      const { errors } = await send(service.url, UPDATE, { input: sooner }, crew.dispatcher.token);
      const fields = [{ field: 'expiresInMinutes' }];
      expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields });
    }
    const input = { incidentId, change: 'NONSENSE' };
    const answer = await send(service.url, UPDATE, { input }, crew.dispatcher.token);
    expect(answer.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    await crew.clear(incidentId);
  });

  it('lapse by the clock when nobody confirms them, without another message', async () => {
    const place = { location: { latitude: 28.62, longitude: -81.32 } };
    const { incidentId } = await crew.alert(place, { expiresInMinutes: 1 });
    await service.database.query(`UPDATE incident SET expires_at = now() WHERE id = $1`, [
      incidentId,
    ]);
    await service.database.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'incident-expiry'
         AND data->>'incidentId' = $1`,
      [incidentId],
    );
    const query = 'query ($id: ID!) { incident(id: $id) { state alerts { id } } }';
    const read = async () =>
      (await ask(service.url, query, { id: incidentId }, crew.dispatcher.token)).incident;
    await until(async () => (await read()).state === 'EXPIRED', 'EXPIRED');
    expect((await read()).alerts).toHaveLength(1);
  });
});
