import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import {
  CANARY,
  MARK,
  jpegFile,
  pdfFile,
  pngChunk,
  pngFile,
} from '../src/evidence/files.fixture.js';
import { PURPOSES } from '../src/evidence/reading.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { CLEAR_EVIDENCE, COVER, EvidenceDesk, WITHDRAW } from './support/evidence.js';
import { ask } from './support/graphql.js';
import { merge } from './support/merges.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const PLATE = { page: 1, ...MARK, what: 'PLATE' };
const OUTWARD = ['SCHOOL_BOARD', 'PRESS', 'PUBLICATION'];
const BOTH = { faces: 'NONE_THERE', plates: 'COVERED' };
const NONE = { faces: 'NONE_THERE', plates: 'NONE_THERE' };

/** Copies: what is worked with, what may leave, and who was given what. */
describe('copies of evidence', () => {
  let service: TestService;
  let folder: string;
  let desk: Desk;
  let evidence: EvidenceDesk;
  let crew: Crew;
  let analyst: Person;
  let incidentId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campana-copies-'));
    service = await startService({ environment: { EVIDENCE_DIR: folder } });
    desk = new Desk(service);
    evidence = new EvidenceDesk(service, folder);
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    incidentId = await desk.reported(crew.author);
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A picture with its first copy; answers its id. */
  const copied = async (file?: Buffer) => {
    const id = await evidence.added(crew.author, incidentId, file ?? (await jpegFile()));
    await evidence.copied(incidentId, id);
    return id;
  };
  const cover = (id: string, version: number, regions: object[] = [PLATE], who = analyst) =>
    evidence.attempt(COVER, who, { evidenceId: id, version, regions });
  const clear = (id: string, version: number, said: object = BOTH, who = analyst) =>
    evidence.attempt(CLEAR_EVIDENCE, who, { evidenceId: id, version, ...said });
  const entries = async (id: string) =>
    (await desk.entries(incidentId)).filter(({ facts }) => facts.evidenceId === id);
  const statuses = async (id: string, path: string, purposes = OUTWARD, who = analyst) =>
    Promise.all(purposes.map(async (one) => (await evidence.get(who, id, path, one)).status));
  const colorAt = async (bytes: Buffer, left: number, top: number) => {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const at = (top * info.width + left) * info.channels;
    return [...data.subarray(at, at + 3)];
  };

  it('hold pixels and nothing else', async () => {
    for (const file of [await jpegFile(), await pngFile(), pdfFile()]) {
      const id = await copied(file);
      const { bytes, status } = await evidence.get(analyst, id, 'copies/1');
      expect([status, file.includes(CANARY), bytes.includes(CANARY)]).toEqual([200, true, false]);
      const [copy] = (await evidence.one(incidentId, id)).copies;
      expect(copy).toMatchObject({ version: 1, madeBy: null, regions: [], clearedAt: null });
      expect(copy.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const made = (await entries(id)).find(({ kind }) => kind === 'evidence.copied');
      expect(made).toMatchObject({ actor: 'clock', facts: { version: 1, sha256: copy.sha256 } });
    }
  });

  it('may not leave before an analyst said so, and then the very version that was looked at', async () => {
    const id = await copied();
    expect(await statuses(id, 'copies/1')).toEqual([409, 409, 409]);
    expect(await clear(id, 1, BOTH)).toBe('BAD_USER_INPUT plates');
    expect(await cover(id, 1)).toBe('OK');
    expect(await statuses(id, 'copies/2')).toEqual([409, 409, 409]);
    expect(await clear(id, 2, NONE)).toBe('BAD_USER_INPUT plates');
    expect(await clear(id, 1, BOTH)).toBe('CONFLICT');
    expect(await clear(id, 2, BOTH)).toBe('OK');
    expect(await statuses(id, 'copies/2')).toEqual([200, 200, 200]);
    expect(await statuses(id, 'copies/1')).toEqual([409, 409, 409]);
    expect(await clear(id, 2, BOTH)).toBe('OK');
    // One more face was seen: it may not leave any more until somebody looks again.
    expect(await cover(id, 2, [{ ...PLATE, left: 0, what: 'FACE' }])).toBe('OK');
    expect(await statuses(id, 'copies/2')).toEqual([409, 409, 409]);
    expect(await statuses(id, 'copies/3')).toEqual([409, 409, 409]);
    expect((await entries(id)).map(({ kind, actor }) => [kind, actor])).toEqual([
      ['evidence.added', crew.author.id],
      ['evidence.copied', 'clock'],
      ['evidence.covered', analyst.id],
      ['evidence.cleared', analyst.id],
      ...OUTWARD.map(() => ['evidence.read', analyst.id]),
      ['evidence.covered', analyst.id],
    ]);
    expect(await statuses(id, 'original')).toEqual([403, 403, 403]);
  });

  it('may leave where there is no face and no plate, once an analyst has said that', async () => {
    const id = await copied();
    expect(await clear(id, 1, { faces: 'COVERED', plates: 'NONE_THERE' })).toBe(
      'BAD_USER_INPUT faces',
    );
    expect(await clear(id, 1, NONE)).toBe('OK');
    expect(await clear(id, 1, { faces: 'NONE_THERE', plates: 'COVERED' })).toBe(
      'BAD_USER_INPUT plates',
    );
    expect(await statuses(id, 'copies/1')).toEqual([200, 200, 200]);
    const [copy] = (await evidence.one(incidentId, id)).copies;
    expect(copy).toMatchObject({ ...NONE, clearedBy: analyst.id });
  });

  it('show nothing of what was covered, and the digest of each is in the ledger', async () => {
    const id = await copied();
    await cover(id, 1);
    const { bytes } = await evidence.get(analyst, id, 'copies/2');
    const colors = await Promise.all(
      [34, 39, 45, 62].flatMap((left) => [26, 31, 46].map((top) => colorAt(bytes, left, top))),
    );
    expect(Math.max(...colors.flat()) - Math.min(...colors.flat())).toBeLessThan(6);
    const covered = (await entries(id)).find(({ kind }) => kind === 'evidence.covered')!;
    expect(covered.facts).toMatchObject({
      ...{ version: 2, regions: [PLATE] },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    // What was before is still there for whoever must see it, and the original untouched.
    const first = await evidence.get(analyst, id, 'copies/1');
    expect((await colorAt(first.bytes, 39, 31)).every((value) => value < 60)).toBe(true);
  });

  it('of a document are covered page by page', async () => {
    const id = await copied(pdfFile({ pages: 2 }));
    const region = { page: 2, left: 150, top: 150, width: 150, height: 150, what: 'FACE' };
    expect(await cover(id, 1, [{ ...region, page: 3 }])).toBe('BAD_USER_INPUT regions.0.page');
    expect(await cover(id, 1, [region])).toBe('OK');
    const [, second] = (await evidence.one(incidentId, id)).copies;
    expect(second).toMatchObject({ mediaType: 'application/pdf', regions: [region] });
    expect(second.pages).toHaveLength(2);
  });

  it.each([
    ['of none', [], 'BAD_USER_INPUT regions'],
    ['beside the picture', [{ ...PLATE, left: 127 }], 'BAD_USER_INPUT regions.0.left'],
    ['that end beyond it', [PLATE, { ...PLATE, width: 97 }], 'BAD_USER_INPUT regions.1.width'],
    ['of no height', [{ ...PLATE, height: 0 }], 'BAD_USER_INPUT regions.0.height'],
  ])('are not made with regions %s', async (_, regions, code) => {
    const id = await copied();
    const before = await evidence.counts();
    expect(await cover(id, 1, regions)).toBe(code);
    expect(await evidence.counts()).toEqual(before);
  });

  it('by ten people at once are one new version, and the others are told', async () => {
    const id = await copied();
    const codes = await Promise.all(Array.from({ length: 10 }, () => cover(id, 1)));
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['OK', 'CONFLICT']));
    expect((await evidence.one(incidentId, id)).copies).toHaveLength(2);
    await evidence.passTheHour();
    const { evidence: rows, copies, files, pending } = await evidence.counts();
    expect([files, pending]).toEqual([rows! + copies!, 0]);
  });

  it('of a picture that no decoder reads are none: it is said, and the original stays', async () => {
    const file = await pngFile();
    const [data, end] = [file.indexOf('IDAT') - 4, file.lastIndexOf('IEND') - 4];
    const broken = Buffer.concat([
      file.subarray(0, data),
      pngChunk('IDAT', Buffer.from('no picture')),
      file.subarray(end),
    ]);
    const id = await evidence.added(crew.author, incidentId, broken);
    expect(await evidence.copied(incidentId, id)).toMatchObject({ copyState: 'UNREADABLE' });
    expect((await entries(id)).map(({ kind }) => kind)).toEqual([
      'evidence.added',
      'evidence.unreadable',
    ]);
    expect((await evidence.get(analyst, id, 'original')).bytes.equals(broken)).toBe(true);
    expect(await cover(id, 1)).toBe('CONFLICT');
  });

  describe('and originals', () => {
    it('are read for a reason, by whoever may, and each reading is in the ledger first', async () => {
      const id = await copied();
      await clear(id, 1, NONE);
      const others = await hire(service.url, service.admin, 'RESPONDER', 'Elsewhere');
      const table = async (who: Pick<Person, 'token'>) => ({
        original: await statuses(id, 'original', [...PURPOSES], who as Person),
        copy: await statuses(id, 'copies/1', [...PURPOSES], who as Person),
      });
      const [all, no] = [PURPOSES.map(() => 200), PURPOSES.map(() => 403)];
      const inward = [200, 200, 200, 200, 403, 403, 403];
      expect(await table({ token: `staff_${'x'.repeat(43)}` })).toEqual({
        ...{ original: PURPOSES.map(() => 401), copy: PURPOSES.map(() => 401) },
      });
      expect(await table(crew.author)).toEqual({ original: no, copy: no });
      expect(await table(others)).toEqual({ original: no, copy: no });
      expect(await table(crew.dispatcher)).toEqual({ original: no, copy: [200, ...no.slice(1)] });
      for (const who of [analyst, service.admin])
        expect(await table(who)).toEqual({ original: inward, copy: all });
      const read = (await entries(id)).filter(({ kind }) => kind === 'evidence.read');
      expect(read).toHaveLength(1 + 2 * (4 + 7));
      expect(read[0]).toMatchObject({
        actor: crew.dispatcher.id,
        facts: { evidenceId: id, version: 1, purpose: 'REVIEW' },
      });
    });

    it('are not handed out where the reading cannot be written down', async () => {
      const id = await copied();
      await service.database.query(`
        CREATE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'no'; END $$;
        CREATE TRIGGER choke BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION choke()`);
      const { status, bytes } = await evidence.get(analyst, id, 'original');
      await service.database.query('DROP TRIGGER choke ON ledger_entry');
      expect(status).toBe(500);
      expect(bytes.length).toBeLessThan(200);
    });

    it('for no reason, or one that is none, are not read', async () => {
      const id = await copied();
      for (const purpose of ['', 'FUN', 'REVIEW&purpose=COURT'])
        expect((await evidence.get(analyst, id, 'original', purpose)).status).toBe(400);
      expect((await entries(id)).some(({ kind }) => kind === 'evidence.read')).toBe(false);
      for (const path of ['copies/2', 'copies/0', 'copies/x', 'copies/1e0'])
        expect((await evidence.get(analyst, id, path)).status).toBe(404);
      expect((await evidence.get(analyst, randomUUID(), 'original')).status).toBe(404);
    });

    it('are nothing that a browser shows, keeps, guesses at or lets run', async () => {
      const id = await copied(pdfFile());
      const { response } = await evidence.get(analyst, id, 'original', 'COUNSEL');
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'application/pdf',
        'content-disposition': `attachment; filename="evidence-${id}-original.pdf"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      });
    });
  });

  it('are for staff; a responder sees what they handed in, and no copy of it', async () => {
    const id = await copied();
    const own = (await evidence.list(incidentId, crew.author)).find((one) => one.id === id);
    expect(own).toMatchObject({ id, copyState: 'READY', copies: null, addedBy: crew.author.id });
    const mine = await evidence.added(analyst, incidentId, await jpegFile());
    const seen = (await evidence.list(incidentId, crew.author)).map((one) => one.id);
    expect(seen).not.toContain(mine);
  });

  it('come from whoever may see the incident', async () => {
    const stranger = await hire(service.url, service.admin, 'RESPONDER', 'Elsewhere');
    const lapsed = await hire(service.url, service.admin, 'RESPONDER', 'One');
    const [file, id] = [await jpegFile(), await desk.reported(lapsed)];
    await service.database.query(`UPDATE staff SET certified_until = '2020-01-01' WHERE id = $1`, [
      lapsed.id,
    ]);
    const statuses = [];
    for (const who of [stranger, lapsed, crew.dispatcher, analyst, service.admin])
      statuses.push((await evidence.add(who, id, file)).status);
    expect(statuses).toEqual([404, 201, 201, 201, 201]);
    expect((await evidence.add({ id: '', token: 'x' }, id, file)).status).toBe(401);
  });

  it('of an incident that was merged belong to the one that has its reports now', async () => {
    const [from, into] = [await desk.reported(crew.author), await desk.reported(crew.author)];
    await merge(service.url, crew.dispatcher, from, into);
    const { status, body } = await evidence.add(crew.author, from, await jpegFile());
    expect([status, body.incidentId]).toEqual([201, into]);
    expect((await evidence.list(into)).map(({ id }) => id)).toEqual([body.id]);
  });

  it('of a drill are marked as such in the ledger', async () => {
    const input = { schoolId: '120147007764' };
    const { startDrill } = await ask(
      service.url,
      'mutation ($input: StartDrillInput!) { startDrill(input: $input) { id } }',
      { input },
      crew.dispatcher.token,
    );
    const [school] = await service.database.query<{ latitude: number; longitude: number }>(
      'SELECT latitude, longitude FROM school WHERE id = $1',
      [input.schoolId],
    );
    const drill = await desk.reported(crew.author, { drill: true, location: school });
    await evidence.added(crew.author, drill, await jpegFile());
    const added = (await desk.entries(drill)).find(({ kind }) => kind === 'evidence.added');
    expect(added!.facts.drillId).toBe(startDrill.id);
  });

  it('that were withdrawn are out of use; the original is there for those who must ask', async () => {
    const id = await copied();
    await clear(id, 1, NONE);
    const input = { evidenceId: id, reason: 'CONSENT_WITHDRAWN' };
    for (const times of [1, 2])
      expect([times, await evidence.attempt(WITHDRAW, analyst, input)]).toEqual([times, 'OK']);
    expect(await evidence.one(incidentId, id)).toMatchObject({ withdrawal: 'CONSENT_WITHDRAWN' });
    expect(await statuses(id, 'copies/1', [...PURPOSES])).toEqual(PURPOSES.map(() => 409));
    expect(await statuses(id, 'original', [...PURPOSES])).toEqual([
      ...[409, 200, 200, 200, 409, 409, 409],
    ]);
    expect([await cover(id, 1), await clear(id, 1, NONE)]).toEqual(['CONFLICT', 'CONFLICT']);
    const withdrawn = (await entries(id)).filter(({ kind }) => kind === 'evidence.withdrawn');
    expect(withdrawn).toMatchObject([{ facts: { reason: 'CONSENT_WITHDRAWN' } }]);
  });
});
