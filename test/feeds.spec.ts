import { randomUUID } from 'node:crypto';
import { payloadsOfAtom } from '../src/alerts/feeds/atom.js';
import { payloadsOfCap } from '../src/alerts/feeds/cap-xml.js';
import { payloadsOfGeoJson } from '../src/alerts/feeds/geojson.js';
import { Bus } from '../src/platform/bus.js';
import { capProblems } from './support/cap-schema.js';
import { Crew } from './support/crew.js';
import { Exercise } from './support/exercise.js';
import { ask } from './support/graphql.js';
import { PLACES } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const KISSIMMEE_SCHOOL = '120147007764';
const ACTIVE = '{ activeAlerts { edges { node { id school { id name } texts { headline } } } } }';
const SCHOOL = 'query ($id: ID!) { alert(id: $id) { school { latitude longitude } } }';

describe('feeds', () => {
  let service: TestService;
  /** Another API process of the same database. */
  let other: TestService;
  let crew: Crew;

  beforeAll(async () => {
    service = await startService();
    const { database, secrets } = service;
    other = await startService({ database, secrets, environment: { ROLE: 'api' } });
    crew = await Crew.of(service);
  });
  afterAll(async () => {
    await other.close();
    await service.close();
  });

  const get = (path: string, headers: Record<string, string> = {}, url = service.url) =>
    fetch(`${url}${path}`, { headers });
  const text = async (path: string, url = service.url) => (await get(path, {}, url)).text();
  const told = async (path: string, url = service.url) => {
    const body = await text(path, url);
    const payloads = path.includes('.atom') ? payloadsOfAtom(body) : payloadsOfGeoJson(body);
    return payloads.map(({ id }) => id);
  };
  const active = async (url = service.url) =>
    (await ask(url, ACTIVE)).activeAlerts.edges.map(({ node }: any) => node.id);

  it('tell each message as CAP, valid by the schema, naming all that had not expired', async () => {
    const { incidentId, alertId } = await crew.alert();
    const updateId = await crew.update(incidentId, 'MORE_AGENTS');
    const clearId = await crew.clear(incidentId);
    const retractId = await crew.retract(incidentId);
    const ids = [alertId, updateId, clearId, retractId];
    const files = await Promise.all(ids.map((id) => text(`/alerts/${id}.cap`)));
    expect(await capProblems(...files)).toEqual([]);
    const types = files.map((file) => /<msgType>(\w+)/.exec(file)![1]);
    expect(types).toEqual(['Alert', 'Update', 'Update', 'Cancel']);
    const chains = files.map((file) =>
      (/<references>(.*)<\/references>/.exec(file)?.[1] ?? '').split(' ').filter(Boolean),
    );
    const triplet = (file: string) =>
      ['sender', 'identifier', 'sent']
        .map((name) => new RegExp(`<${name}>(.*)</${name}>`).exec(file)![1])
        .join(',');
    const triplets = files.map(triplet);
    expect(chains).toEqual([0, 1, 2, 3].map((count) => triplets.slice(0, count)));
    expect(files.map((file) => payloadsOfCap(file)[0]!.id)).toEqual(ids);
  });

  it('say nothing in CAP that is for staff, and give the school’s place alone', async () => {
    const { incidentId, alertId } = await crew.alert({ narrative: 'CANARY' });
    const paths = [`/alerts/${alertId}.cap`, '/alerts.atom', '/alerts.geojson'];
    const whole = (await Promise.all(paths.map((path) => text(path)))).join('\n');
    for (const secret of ['CANARY', '28.2919', '-81.4076', crew.author.id])
      expect(whole).not.toContain(secret);
    const [feature] = JSON.parse(await text('/alerts.geojson')).features;
    const { school } = (await ask(service.url, SCHOOL, { id: alertId })).alert;
    expect(feature.geometry.coordinates).toEqual([school.longitude, school.latitude]);
    expect(whole).toContain(`<circle>${school.latitude},${school.longitude} `);
    await crew.clear(incidentId);
  });

  it('serve CAP for good, and 404 for what there is not', async () => {
    const { incidentId, alertId } = await crew.alert();
    await crew.clear(incidentId);
    const answer = await get(`/alerts/${alertId}.cap`);
    expect(answer.headers.get('content-type')).toMatch('application/cap+xml');
    expect(answer.headers.get('cache-control')).toMatch('immutable');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    for (const id of [randomUUID(), 'nonsense', `${alertId}.${alertId}`])
      expect((await get(`/alerts/${id}.cap`)).status).toBe(404);
    expect((await get(`/alerts/${alertId}`)).headers.get('content-type')).toMatch('text/html');
    expect((await get(`/alerts/${alertId.toUpperCase()}.cap`)).status).toBe(200);
  });

  it('lose a superseded alert at once, everywhere', async () => {
    const elsewhere: string[] = [];
    other.service.app.get(Bus).onArrival('alert', ({ alertId }) => elsewhere.push(alertId));
    const places: ((url: string) => Promise<string[]>)[] = [
      active,
      (url) => told('/alerts.atom', url),
      (url) => told('/alerts.geojson', url),
    ];
    const everywhere = async (ids: string[], changedBy?: string) => {
      for (const place of places) expect(await place(service.url)).toEqual(ids);
      if (changedBy) await until(() => elsewhere.includes(changedBy), 'its announcement');
      for (const place of places) expect(await place(other.url)).toEqual(ids);
    };
    await everywhere([]);
    const { incidentId, alertId } = await crew.alert();
    await everywhere([alertId], alertId);
    const updateId = await crew.update(incidentId);
    await everywhere([updateId], updateId);
    await everywhere([], await crew.clear(incidentId));
    const second = await crew.alert();
    await everywhere([second.alertId], second.alertId);
    await everywhere([], await crew.retract(second.incidentId));
  });

  it('are the same from every process, to the byte', async () => {
    const { incidentId } = await crew.alert();
    for (const path of ['/alerts.atom', '/alerts.geojson?locale=es']) {
      await until(async () => (await told(path, other.url)).length === 1, 'the other process');
      const [one, two] = await Promise.all([get(path), get(path, {}, other.url)]);
      expect(one.headers.get('etag')).toBe(two.headers.get('etag'));
      expect(one.headers.get('last-modified')).toBe(two.headers.get('last-modified'));
    }
    await crew.clear(incidentId);
  });

  it('are filtered by state, district and school', async () => {
    const orlando = await crew.alert({ location: PLACES.orlando });
    const kissimmee = await crew.alert({ location: PLACES.kissimmee });
    const [first] = JSON.parse(await text('/alerts.geojson')).features;
    const school = first.properties.geocode.NCESSCH[0];
    const both = [kissimmee.alertId, orlando.alertId];
    for (const [query, ids] of [
      ['', both],
      ['?state=FL', both],
      ['?state=GA', []],
      ['?state=ga,fl', both],
      ['?district=1201440', [orlando.alertId]],
      ['?district=1201440&district=1201470', both],
      [`?school=${school}`, [kissimmee.alertId]],
      [`?school=${school}&district=1201440`, []],
    ] as const)
      for (const feed of ['/alerts.atom', '/alerts.geojson'])
        expect(await told(`${feed}${query}`)).toEqual(ids);
    await crew.clear(orlando.incidentId);
    await crew.clear(kissimmee.incidentId);
  });

  it.each([
    ['state=Florida', 'state'],
    ['state=', 'state'],
    ['district=120144', 'district'],
    ['school=1201440', 'school'],
    ['locale=x', 'locale'],
    ['locale=en&locale=es', 'locale'],
    ['distrct=1201440', 'distrct'],
    [`state=${Array(51).fill('FL').join(',')}`, 'state'],
  ])('refuse ?%s and name it', async (query, field) => {
    for (const feed of ['/alerts.atom', '/drills.geojson']) {
      const answer = await get(`${feed}?${query}`);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as any).error.message).toMatch(new RegExp(`^${field}: `));
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('answer 304 to whoever has it, by tag or by date, until something changes', async () => {
    // In a district where nothing else happened: a date alone cannot tell close changes apart.
    const place = { latitude: 28.3, longitude: -81.25 };
    const path = '/alerts.atom?locale=es&school=';
    const { incidentId, alertId } = await crew.alert({ location: place });
    const all = JSON.parse(await text('/alerts.geojson')).features;
    const mine = all.find((feature: any) => feature.id.endsWith(alertId));
    const feed = `${path}${mine.properties.geocode.NCESSCH[0]}`;
    const answer = await get(feed);
    const etag = answer.headers.get('etag')!;
    const modified = answer.headers.get('last-modified')!;
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(answer.headers.get('cache-control')).toMatch('public, max-age=5');
    expect(Date.parse(modified)).toBeGreaterThan(Date.parse(mine.properties.sent) - 1_000);
    const conditions: Record<string, string>[] = [
      { 'if-none-match': etag },
      { 'if-none-match': `"other", W/${etag}` },
      { 'if-modified-since': modified },
    ];
    for (const condition of conditions) {
      const again = await get(feed, condition);
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
      expect(await again.text()).toBe('');
    }
    expect((await get(feed, { 'if-none-match': '"other"' })).status).toBe(200);
    const past = new Date(Date.parse(modified) - 1_000).toUTCString();
    expect((await get(feed, { 'if-modified-since': past })).status).toBe(200);
    await crew.clear(incidentId);
    for (const condition of conditions) expect((await get(feed, condition)).status).toBe(200);
  });

  it('answer HEAD as GET, without the body', async () => {
    const { incidentId, alertId } = await crew.alert();
    for (const path of ['/alerts.atom', '/alerts.geojson', `/alerts/${alertId}.cap`]) {
      const head = await fetch(`${service.url}${path}`, { method: 'HEAD' });
      const whole = await get(path);
      expect(head.status).toBe(200);
      expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
      expect(head.headers.get('content-length')).toBe(whole.headers.get('content-length'));
      expect(await head.text()).toBe('');
    }
    await crew.clear(incidentId);
  });

  it('keep drills to themselves', async () => {
    const { incidentId, alertId } = await crew.alert();
    const drill = await Exercise.start(service.url, crew.dispatcher, KISSIMMEE_SCHOOL);
    const { alertId: drillId } = await drill.alert();
    for (const format of ['atom', 'geojson']) {
      expect(await told(`/drills.${format}`)).toEqual([drillId]);
      expect(await told(`/alerts.${format}`)).toEqual([alertId]);
    }
    expect(await active()).toEqual([alertId]);
    const cap = await text(`/alerts/${drillId}.cap`);
    expect(cap).toContain('<status>Exercise</status>');
    expect(await capProblems(cap)).toEqual([]);
    await crew.clear(incidentId);
    expect(await told('/drills.atom')).toEqual([drillId]);
    await drill.end();
    expect(await told('/drills.atom')).toEqual([]);
  });

  it('drop an alert at its expiry, though nothing is announced', async () => {
    const { incidentId, alertId } = await crew.alert({ location: PLACES.apopka });
    await service.database.query(
      `UPDATE alert SET expires = now() + interval '1 second' WHERE id = $1`,
      [alertId],
    );
    await until(async () => !(await told('/alerts.geojson')).includes(alertId), 'the expiry');
    expect(await active()).not.toContain(alertId);
    await crew.clear(incidentId);
  });

  it('speak the language asked for, and English where there is none', async () => {
    const { incidentId } = await crew.alert();
    const spanish = await text('/alerts.atom?locale=es-MX');
    expect(spanish).toContain('xml:lang="es"');
    expect(payloadsOfAtom(spanish)[0]!.locale).toBe('es');
    expect(payloadsOfGeoJson(await text('/alerts.geojson?locale=tlh'))[0]!.locale).toBe('en');
    await crew.clear(incidentId);
  });
});
