import { createHash } from 'node:crypto';
import { readSheet } from 'read-excel-file/node';
import { publicKeysOf, verifyPayload } from '../src/alerts/signature.js';
import { Crew } from './support/crew.js';
import { record, said } from './support/details.js';
import { entriesOf, get, recordsOf, seedIncidents } from './support/exports.js';
import { promise } from './support/policies.js';
import { ask } from './support/graphql.js';
import { PLACES, hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('exports', () => {
  let service: TestService;
  let crew: Crew;
  let analyst: Person;
  let incidentId: string;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    const day = { effectiveFrom: '2020-01-01' };
    await promise(service.url, analyst, day);
    ({ incidentId } = await crew.alert({ location: PLACES.kissimmee }));
    await record(service.url, analyst, incidentId, {
      entrySought: said('YES'),
      entryOutcome: said('GRANTED'),
      authorityShown: said(['ADMINISTRATIVE_I200', 'EXIGENCY_CLAIMED']),
      lockdownMinutes: null,
    });
    await crew.alert({ location: PLACES.orlando });
  });
  afterAll(() => service.close());

  const fetched = (path: string, person = analyst) => get(service.url, path, person);
  const manifest = async (response: Response, person = analyst) =>
    (await (
      await fetched(`/exports/${response.headers.get('campana-export')}/manifest.json`, person)
    ).json()) as Record<string, any>;

  it('are tables with what was recorded, promised and departed from', async () => {
    const response = await fetched('/exports/incidents.csv?districtId=1201470');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const records = recordsOf(await response.text());
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      ...{ incident_id: incidentId, synthetic: 'false', outcome: 'ACTIVE', reports: '1' },
      ...{ district_id: '1201470', state: 'FL', policies_in_force: 'JUDICIAL_WARRANT_RULE' },
      ...{ departures: 'ENTRY_WITHOUT_JUDICIAL_WARRANT:ALLEGED' },
      ...{ authority_shown: 'ADMINISTRATIVE_I200;EXIGENCY_CLAIMED' },
      ...{ authority_shown_source: 'WITNESS', authority_shown_certainty: 'ALLEGED' },
    });
    expect(Object.keys(records[0]!)).not.toContain('responders');
    expect(Object.keys(records[0]!)).not.toContain('exact_latitude');
  });

  it('are the same incidents in every form', async () => {
    const ids = recordsOf(await (await fetched('/exports/incidents.csv')).text()).map(
      (one) => one.incident_id,
    );
    expect(ids).toHaveLength(2);
    const lines = (await (await fetched('/exports/incidents.ndjson')).text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).incident_id)).toEqual(ids);
    const { features } = (await (await fetched('/exports/incidents.geojson')).json()) as {
      features: { id: string }[];
    };
    expect(features.map(({ id }) => id)).toEqual(ids);
    const workbook = await bytesOf(await fetched('/exports/incidents.xlsx?hxl=true'));
    const [, tags, ...rows] = await readSheet(workbook, 'Incidents');
    expect(tags![0]).toBe('#event+id');
    expect(rows.map(([id]) => id)).toEqual(ids);
  });

  it('obey the filter of the screen, in every way it is written', async () => {
    const filter = encodeURIComponent(JSON.stringify({ departures: ['POLICE_ASSISTED'] }));
    for (const [query, count] of [
      ['departed=true', 1],
      ['departed=false', 1],
      ['outcomes=ACTIVE&since=2020-01-01T00:00:00Z', 2],
      [`filter=${filter}`, 0],
    ] as const) {
      const text = await (await fetched(`/exports/incidents.csv?${query}`)).text();
      expect([query, recordsOf(text).length]).toEqual([query, count]);
    }
  });

  it('take the filter of a saved view, for whoever sees it', async () => {
    const save = `mutation ($input: SaveIncidentViewInput!) { saveIncidentView(input: $input) { id } }`;
    const input = { name: 'Departures', filter: { departed: true } };
    const { saveIncidentView } = await ask(service.url, save, { input }, analyst.token);
    const path = `/exports/incidents.csv?view=${saveIncidentView.id}`;
    const response = await fetched(path);
    expect(recordsOf(await response.text())).toHaveLength(1);
    expect((await manifest(response)).filter).toEqual({ departed: true });
    expect((await fetched(path, service.admin)).status).toBe(404);
  });

  it('give admins the place itself', async () => {
    const [row] = recordsOf(
      await (await fetched('/exports/incidents.csv?districtId=1201470', service.admin)).text(),
    );
    expect(row).toMatchObject({ exact_latitude: '28.2919', exact_longitude: '-81.4076' });
    expect(row!.latitude).not.toBe('28.2919');
  });

  it('are for analysts and admins', async () => {
    const responder = await hire(service.url, service.admin, 'RESPONDER');
    for (const path of ['incidents.csv', 'dictionary.csv']) {
      expect((await get(service.url, `/exports/${path}`)).status).toBe(401);
      for (const person of [responder, crew.dispatcher])
        expect((await fetched(`/exports/${path}`, person)).status).toBe(403);
    }
  });

  it.each([
    ['agency=ICE', 'agency'],
    ['districtId=9999999', 'districtId'],
    ['since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z', 'until'],
    ['box=29,-82,28,-81', 'box.north'],
    ['release=00000000-0000-4000-8000-000000000000', 'release'],
    ['filter=%7B', 'filter'],
  ])('refuse ?%s and put nothing on record', async (query, field) => {
    const count = async () =>
      (await service.database.query('SELECT count(*) FROM ledger_entry'))[0];
    const before = await count();
    const response = await fetched(`/exports/incidents.csv?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain(`${field}:`);
    expect(await count()).toEqual(before);
  });

  it('are not begun by asking what there would be', async () => {
    const response = await fetch(`${service.url}/exports/incidents.csv`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${analyst.token}` },
    });
    expect(response.status).toBe(405);
  });

  it('come with a dictionary', async () => {
    const rows = recordsOf(await (await fetched('/exports/dictionary.csv')).text());
    expect(rows.find(({ column }) => column === 'entry_outcome')).toMatchObject({
      codes: 'GRANTED;REFUSED;ENTERED_WITHOUT_CONSENT',
    });
  });

  describe('on record', () => {
    it('before the first byte and before the last, with the digest of all of them', async () => {
      const response = await fetched('/exports/incidents.csv?districtId=1201470&hxl=true');
      const bytes = await bytesOf(response);
      const told = await manifest(response);
      expect(told).toMatchObject({
        ...{ type: 'campana-export', format: 'csv', hxl: true, state: 'FINISHED' },
        ...{ filter: { districtId: '1201470' }, rows: 1, bytes: bytes.length },
        ...{ sha256: sha256(bytes), exportedBy: analyst.id, role: 'ANALYST', releaseId: null },
      });
      const disposition = response.headers.get('content-disposition');
      expect(disposition).toBe(`attachment; filename="${told.file}"`);
      const keys = await (await fetch(`${service.url}/.well-known/campana-keys.json`)).json();
      expect(verifyPayload(told, publicKeysOf(keys)!)).toMatchObject({ kind: 'ok' });
      const [began, finished] = await entriesOf(service.database, told.id);
      expect(began).toMatchObject({ kind: 'export.began', actor: analyst.id });
      expect(began!.facts).toMatchObject({ format: 'csv', role: 'ANALYST' });
      expect(JSON.stringify(began)).not.toContain('1201470');
      expect(finished).toMatchObject({
        kind: 'export.finished',
        facts: { rows: 1, bytes: bytes.length, sha256: sha256(bytes), synthetic: false },
      });
      const [head] = await service.database.query<{ seq: string }>(
        'SELECT seq FROM ledger_entry WHERE head = $1',
        [Buffer.from(told.ledger.head, 'hex')],
      );
      expect(Number(head!.seq)).toBe(told.ledger.size);
    });

    it('are shown to who asked and to admins', async () => {
      const response = await fetched('/exports/incidents.csv');
      await response.text();
      expect((await manifest(response, service.admin)).state).toBe('FINISHED');
      const other = await hire(service.url, service.admin, 'ANALYST');
      const path = `/exports/${response.headers.get('campana-export')}/manifest.json`;
      expect((await fetched(path, other)).status).toBe(404);
    });
  });

  describe('that are made up', () => {
    beforeAll(() => seedIncidents(service.database, 3, { synthetic: true }));

    it('say so in the name, the manifest and on every row', async () => {
      const response = await fetched('/exports/incidents.csv?synthetic=true');
      const rows = recordsOf(await response.text());
      expect(rows.map(({ synthetic }) => synthetic)).toEqual(['true', 'true', 'true']);
      expect(response.headers.get('content-disposition')).toContain('-SYNTHETIC.csv');
      const told = await manifest(response);
      expect(told).toMatchObject({ synthetic: true });
      expect(told.note).toMatch(/made up/);
      const real = await fetched('/exports/incidents.csv?synthetic=false');
      expect(recordsOf(await real.text())).toHaveLength(2);
      expect(real.headers.get('content-disposition')).not.toContain('SYNTHETIC');
    });
  });
});
