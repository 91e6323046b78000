import { Crew } from './support/crew.js';
import { ask } from './support/graphql.js';
import { promise } from './support/policies.js';
import { Shelf } from './support/resources.js';
import { startService, type TestService } from './support/test-service.js';

const OSCEOLA = '1201470';

/** The action kit of a district, and how alerts lead to it. */
describe('a kit', () => {
  let service: TestService;
  let crew: Crew;
  let shelf: Shelf;
  let incidentId: string;
  let alertId: string;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
    shelf = new Shelf(service.url, service.admin);
    await shelf.add({ title: 'National' });
    await shelf.add({ title: 'Of Osceola', districtId: OSCEOLA, url: 'https://www.example.org/' });
    await shelf.add({ title: 'En la puerta', locale: 'es' });
    await shelf.add({ title: 'While you observe', audience: 'RESPONDERS', state: 'FL' });
    await shelf.add({ title: 'Of Texas', topic: 'texas', state: 'TX' });
    await promise(service.url, service.admin);
    ({ incidentId, alertId } = await crew.alert());
  });
  afterAll(() => service.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(service.url + path, { headers });
  const text = async (path: string, language?: string) =>
    (await get(path, language ? { 'accept-language': language } : {})).text();
  const told = async (args: string, token?: string) => {
    const query = `{ alert(id: "${alertId}") { resources${args} { title locale } } }`;
    const { alert } = await ask(service.url, query, {}, token);
    return alert.resources.map(({ title }: { title: string }) => title);
  };

  it('is one page for a district: what to do, what was promised, versions and sources', async () => {
    const page = await text(`/kits/${OSCEOLA}`);
    expect(page).toContain('Of Osceola *');
    expect(page).not.toMatch(/National|Of Texas|While you observe/);
    expect(page).toContain('without a warrant signed by a judge');
    expect(page).toContain('https://board.example.org/5.30.pdf');
    expect(page).toContain('<bdi>version 1</bdi> · <bdi>source of September 1, 2026</bdi>');
    expect(page).toContain('not legal advice');
    expect(page).toMatch(/Published by Campana, 127\.0\.0\.1/);
    expect(await text('/kits/1201440')).toContain('National *');
  });

  it('is in the language asked for, else in the browser’s, and for who is asked for', async () => {
    expect(await text(`/kits/${OSCEOLA}?locale=es`)).toContain('En la puerta');
    expect(await text(`/kits/${OSCEOLA}`, 'es-MX,en;q=0.5')).toContain('<html lang="es"');
    expect(await text(`/kits/${OSCEOLA}`, 'hmn,es;q=0.5')).toContain('En la puerta');
    expect(await text(`/kits/${OSCEOLA}?locale=en`, 'es-MX')).toContain('<html lang="en"');
    const arabic = await text(`/kits/${OSCEOLA}?locale=ar`);
    expect(arabic).toContain('<html lang="ar" dir="rtl">');
    expect(arabic).toContain('<article lang="en" dir="auto">');
    const responders = await text(`/kits/${OSCEOLA}?audience=RESPONDERS`);
    expect(responders).toContain('While you observe');
    expect(responders).not.toContain('Of Osceola');
  });

  it('asks nobody else for anything, and tells nobody who reads it', async () => {
    const { headers } = await get(`/kits/${OSCEOLA}`);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('vary')).toMatch(/accept-language/i);
    expect(headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['/kits/9999999', 404],
    ['/kits/x', 404],
    ["/kits/1201470'--", 404],
    ['/kits/%00', 404],
    ['/kits/1201470?audience=PARENTS', 400],
    ['/kits/1201470?audience=FAMILIES&audience=EDUCATORS', 400],
    ['/kits/1201470?locale=<script>', 400],
    ['/kits/1201470?locale=en&locale=es', 400],
    [`/kits/1201470?locale=${'x'.repeat(36)}`, 400],
  ])('is refused at %s', async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toMatch(/<script|node_modules|SELECT/);
  });

  it('is told with an alert: for families, and for responders where staff ask', async () => {
    expect(await told('')).toEqual(['Of Osceola']);
    expect(await told('(locale: "es")')).toEqual(['En la puerta']);
    expect(await told('(locale: "so")')).toEqual(['Of Osceola']);
    expect(await told('', crew.author.token)).toEqual(['While you observe']);
    expect(await told('(audience: FAMILIES)', crew.author.token)).toEqual(['Of Osceola']);
    expect(await told('', `staff_${'x'.repeat(43)}`)).toEqual(['Of Osceola']);
    expect(await told('(audience: EDUCATORS)')).toEqual([]);
  });

  it('is linked from the page of an alert and from its CAP', async () => {
    const page = await text(`/alerts/${alertId}`, 'es-MX');
    expect(page).toContain('En la puerta *');
    expect(page).toMatch(
      new RegExp(`href="[^"]*/kits/${OSCEOLA}\\?locale=es" rel="noopener noreferrer"`),
    );
    const english = await text(`/alerts/${alertId}`);
    expect(english).toContain('href="https://www.example.org/" rel="noopener noreferrer"');
    const cap = await text(`/alerts/${alertId}.cap`);
    expect(cap).toMatch(new RegExp(`<uri>[^<]*/kits/${OSCEOLA}\\?locale=en</uri>`));
  });

  it('of an old alert is what is right today, and what was withdrawn is nowhere', async () => {
    await service.database.query(`UPDATE alert SET sent = sent - interval '300 days'`);
    const id = await shelf.add({ title: 'Wrong', topic: 'wrong' });
    expect(await told('')).toEqual(['Of Osceola', 'Wrong']);
    await shelf.revise(id, { title: 'Right' });
    expect(await told('')).toEqual(['Of Osceola', 'Right']);
    await shelf.withdraw(id);
    expect(await told('')).toEqual(['Of Osceola']);
    for (const path of [`/kits/${OSCEOLA}`, `/alerts/${alertId}`])
      expect(await text(path)).not.toMatch(/Wrong|Right/);
    expect((await shelf.history(id)).map(({ title }) => title)).toEqual(['Wrong', 'Right']);
    await crew.clear(incidentId);
  });
});
