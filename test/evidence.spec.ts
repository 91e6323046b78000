import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CANARY,
  heicFile,
  jpegFile,
  pdfFile,
  pngFile,
  pngOf,
  webpFile,
  zipFile,
} from '../src/evidence/files.fixture.js';
import { Database } from '../src/platform/database.js';
import { startBucket } from './support/bucket.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { EvidenceDesk, type FileBody, type Sent } from './support/evidence.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const MIB = 1024 * 1024;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Files as they come in: taken, refused, sealed, and never half kept. */
describe('evidence', () => {
  let service: TestService;
  let folder: string;
  let desk: Desk;
  let evidence: EvidenceDesk;
  let crew: Crew;
  let analyst: Person;
  let incidentId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campana-evidence-'));
    service = await startService({ environment: { DATA_DIR: folder } });
    desk = new Desk(service);
    evidence = new EvidenceDesk(service, join(folder, 'evidence'));
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    incidentId = await desk.reported(crew.author);
    // The folder is there from the first file on.
    await evidence.added(analyst, incidentId, await jpegFile());
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const original = (id: string, purpose = 'COURT') =>
    evidence.get(analyst, id, 'original', purpose);
  const entries = async (kind: string, id: string) =>
    (await desk.entries(incidentId)).filter(
      (one) => one.kind === kind && one.facts.evidenceId === id,
    );
  /** A picture like no other. */
  const picture = async () =>
    Buffer.concat([await jpegFile(), Buffer.from('\xff\xd8', 'latin1'), randomBytes(64)]);

  it.each([
    ['JPEG', jpegFile],
    ['PNG', pngFile],
    ['WEBP', webpFile],
    ['HEIC', async () => heicFile()],
    ['PDF', async () => pdfFile()],
  ])('%s is kept as it was received, and its digest stands in the ledger', async (type, make) => {
    const file = await make();
    // A name and a type that lie are not even looked at.
    const headers = { 'content-type': 'text/html' };
    const { status, body } = await evidence.add(crew.author, incidentId, file, { headers });
    expect([status, body]).toEqual([
      201,
      {
        ...{ id: expect.any(String), incidentId, type, bytes: file.length },
        ...{ sha256: sha256(file), addedAt: expect.any(String) },
      },
    ]);
    const { response, bytes } = await original(body.id);
    expect(bytes.equals(file)).toBe(true);
    expect(response.headers.get('repr-digest')).toBe(
      `sha-256=:${createHash('sha256').update(file).digest('base64')}:`,
    );
    const [added, ...more] = await entries('evidence.added', body.id);
    expect(more).toEqual([]);
    expect(added).toMatchObject({
      actor: crew.author.id,
      facts: { evidenceId: body.id, type, bytes: file.length, sha256: sha256(file) },
    });
    expect(await evidence.copied(incidentId, body.id)).toMatchObject({ copyState: 'READY' });
  });

  describe('sent again', () => {
    it('under the same id is the same, and stored once', async () => {
      const [id, file] = [randomUUID(), await picture()];
      const first = await evidence.add(crew.author, incidentId, file, { id });
      const second = await evidence.add(crew.author, incidentId, file, { id: id.toUpperCase() });
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body).toEqual(first.body);
      expect(await entries('evidence.added', id)).toHaveLength(1);
    });

    it('twenty times at once is stored once, when the hour has passed', async () => {
      const [id, file] = [randomUUID(), await picture()];
      const sent = await Promise.all(
        Array.from({ length: 20 }, () => evidence.add(crew.author, incidentId, file, { id })),
      );
      const statuses = sent.map(({ status }) => status);
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(new Set(statuses)).toEqual(new Set([200, 201]));
      await evidence.copied(incidentId, id);
      await evidence.passTheHour();
      const { evidence: rows, copies, pending, files } = await evidence.counts();
      expect([files, pending]).toEqual([rows! + copies!, 0]);
      expect((await original(id)).bytes.equals(file)).toBe(true);
    });

    it('with another file, or by somebody else, is refused', async () => {
      const [id, file] = [randomUUID(), await picture()];
      await evidence.add(crew.author, incidentId, file, { id });
      const before = await evidence.counts();
      const other = await evidence.add(crew.author, incidentId, await picture(), { id });
      const others = await evidence.add(analyst, incidentId, file, { id });
      for (const { status, body } of [other, others])
        expect([status, body.error.code]).toEqual([409, 'CONFLICT']);
      expect(await evidence.counts()).toMatchObject({ evidence: before.evidence });
      expect((await original(id)).bytes.equals(file)).toBe(true);
    });
  });

  describe('lies sealed:', () => {
    it('nothing of a file is to be found where it is stored', async () => {
      const file = await pngFile();
      const id = await evidence.added(analyst, incidentId, file);
      await evidence.copied(incidentId, id);
      const copy = await evidence.get(analyst, id, 'copies/1');
      const all = Buffer.concat([...(await evidence.stored()).values()]);
      expect(all.length).toBeGreaterThan(file.length);
      const windows = [file, copy.bytes].flatMap((bytes) =>
        Array.from({ length: Math.floor(bytes.length / 16) }, (_, n) =>
          bytes.subarray(n * 16, n * 16 + 16),
        ),
      );
      expect(windows.filter((window) => all.includes(window))).toEqual([]);
      for (const words of [CANARY, 'IHDR', 'JFIF']) expect(all.includes(words)).toBe(false);
    });

    it.each([
      ['its first byte', 0],
      ['a byte in its middle', 500],
      ['its last byte', -1],
    ])('who changes %s is found out, and nothing is handed out', async (_, at) => {
      const id = await evidence.added(analyst, incidentId, await picture());
      const path = await evidence.pathOf(id);
      const bytes = (await evidence.stored()).get(path)!;
      bytes[at < 0 ? bytes.length + at : at]! ^= 1;
      await writeFile(path, bytes);
      await isFoundOut(id, 'ALTERED');
    });

    it('who cuts one short, lengthens or empties it is found out', async () => {
      for (const change of [
        (bytes: Buffer) => bytes.subarray(0, -40),
        (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(MIB)]),
        () => Buffer.alloc(0),
      ]) {
        const id = await evidence.added(analyst, incidentId, await picture());
        const path = await evidence.pathOf(id);
        await writeFile(path, change((await evidence.stored()).get(path)!));
        await isFoundOut(id, 'ALTERED');
      }
    });

    it('who puts one in the place of another is found out, also with its row', async () => {
      const [one, other] = [
        await evidence.added(analyst, incidentId, await picture()),
        await evidence.added(analyst, incidentId, await picture()),
      ];
      await writeFile(
        await evidence.pathOf(one),
        (await evidence.stored()).get(await evidence.pathOf(other))!,
      );
      await isFoundOut(one, 'ALTERED');
      await service.database.query('DELETE FROM evidence_copy WHERE evidence_id = $1', [other]);
      const key = (await evidence.pathOf(other)).slice(-36);
      await service.database.query(
        'UPDATE evidence SET object_key = gen_random_uuid() WHERE id = $1',
        [other],
      );
      await service.database.query(
        `UPDATE evidence SET object_key = $3, (sha256, bytes, key_id) =
           (SELECT sha256, bytes, key_id FROM evidence WHERE id = $2) WHERE id = $1`,
        [one, other, key],
      );
      await isFoundOut(one, 'ALTERED');
    });

    it('who takes one away is found out', async () => {
      const id = await evidence.added(analyst, incidentId, await picture());
      await rm(await evidence.pathOf(id));
      await isFoundOut(id, 'MISSING');
    });

    async function isFoundOut(id: string, damage: string) {
      const { status, bytes } = await original(id);
      expect(status).toBe(409);
      expect(JSON.parse(bytes.toString()).error.message).toContain('The stored file is');
      const found = await entries('evidence.damage-found', id);
      expect(found.at(-1)).toMatchObject({ actor: analyst.id, facts: { damage, version: 0 } });
      expect(await entries('evidence.read', id)).toEqual([]);
      expect(service.log.join('')).toContain('evidence-damaged');
    }
  });

  describe('that is refused leaves nothing behind:', () => {
    const refused = async (sent: Promise<Sent>, said: string, status = 400) => {
      const before = await evidence.counts();
      const answer = await sent;
      expect([answer.status, answer.body.error.message]).toEqual([
        status,
        expect.stringContaining(said),
      ]);
      expect(await evidence.counts()).toEqual(before);
    };
    const send = (bytes: FileBody, headers = {}) =>
      evidence.add(analyst, incidentId, bytes, { headers });
    // So that no copy comes about while it is looked.
    beforeAll(() => evidence.passTheHour());

    it('a file that lies about its type', async () => {
      const headers = { 'content-type': 'image/jpeg', 'x-file-name': 'a.jpg' };
      await refused(send(zipFile(), headers), 'ZIP archive');
      await refused(send(Buffer.from('<html><script>1</script>'), headers), 'markup');
      await refused(send(Buffer.concat([await jpegFile(), zipFile()]), headers), 'at once');
    });

    it('one that breaks off', async () => {
      await refused(send((await jpegFile()).subarray(0, -200)), 'breaks off');
    });

    it('a few bytes that would unpack to gigabytes', async () => {
      await refused(send(pngOf(60_000, 60_000)), 'would unpack to');
    });

    it('a PDF with a script, in clear and packed away', async () => {
      const change: Parameters<typeof pdfFile>[0] = {
        change: (pdf) =>
          pdf
            .getTrailer()
            .get('Root')
            .put('OpenAction', {
              ...{ S: pdf.newName('JavaScript'), JS: pdf.newString('app.alert(1)') },
            }),
      };
      await refused(send(pdfFile(change)), 'can act by itself');
      const hidden = pdfFile({
        options: 'objstms,compress',
        change: (pdf) => void pdf.addObject({ S: pdf.newName('Launch') }),
      });
      expect(hidden.includes('Launch')).toBe(false);
      await refused(send(hidden), 'can act by itself');
    });

    it('more than 15 MB, whether it says so or not', async () => {
      const large = Buffer.alloc(15 * MIB + 1, 1);
      await refused(send(large), 'larger than 15 MB');
      const stream = new ReadableStream({
        start(controller) {
          for (let at = 0; at < large.length; at += MIB)
            controller.enqueue(large.subarray(at, at + MIB));
          controller.close();
        },
      });
      await refused(send(stream), 'larger than 15 MB');
    });

    it('nothing, and what is no file', async () => {
      await refused(send(Buffer.alloc(0)), 'file: ');
      const json = { 'content-type': 'application/json' };
      await refused(send('{}', json), 'application/octet-stream');
    });

    it('an id or an incident that is none', async () => {
      const file = await picture();
      await refused(evidence.add(analyst, incidentId, file, { id: 'a..b' }), 'id: must be a UUID');
      await refused(evidence.add(analyst, 'x', file), 'incidentId: must be a UUID');
      await refused(evidence.add(analyst, randomUUID(), file), 'no incident', 404);
    });

    it('a file whose line is lost', async () => {
      const before = await evidence.counts();
      const file = await picture();
      const id = randomUUID();
      const sent = request(`${service.url}/evidence/${id}?incidentId=${incidentId}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${analyst.token}`, 'content-length': file.length },
      });
      sent.on('error', () => undefined);
      sent.write(file.subarray(0, 400));
      await until(() => (sent.socket?.bytesWritten ?? 0) > 400, 'the first bytes');
      const closed = new Promise((resolve) => sent.once('close', resolve));
      sent.destroy();
      await closed;
      expect(await evidence.counts()).toEqual(before);
      expect((await evidence.add(analyst, incidentId, file, { id })).status).toBe(201);
    });
  });

  it('whose row cannot be written is not acknowledged, and goes again with the hour', async () => {
    const [id, file] = [randomUUID(), await picture()];
    await evidence.passTheHour();
    const before = await evidence.counts();
    await service.database.query(`
      CREATE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'no'; END $$;
      CREATE TRIGGER choke BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION choke()`);
    const failed = await evidence.add(analyst, incidentId, file, { id });
    await service.database.query('DROP TRIGGER choke ON evidence');
    expect([failed.status, failed.body.error.code]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(await evidence.counts()).toEqual({
      ...before,
      ...{ files: before.files! + 1, pending: before.pending! + 1 },
    });
    await evidence.passTheHour();
    expect(await evidence.counts()).toEqual({ ...before, pending: 0 });
    expect((await evidence.add(analyst, incidentId, file, { id })).status).toBe(201);
  });

  it('has no name, and whatever a phone calls it is written nowhere', async () => {
    const name = 'Wilhelmina-Oak-Street';
    const headers = {
      'content-type': `image/jpeg; name="${name}"`,
      'content-disposition': `attachment; filename="${name}.jpg"`,
      ...{ 'x-file-name': name, slug: name },
    };
    const id = await evidence.add(analyst, incidentId, await picture(), { headers });
    expect(id.status).toBe(201);
    await evidence.copied(incidentId, id.body.id);
    const tables = await service.database.query<{ name: string }>(
      `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name
       FROM information_schema.tables WHERE table_schema IN ('public', 'pgboss')
         AND table_type = 'BASE TABLE'`,
    );
    const found: string[] = [];
    for (const table of tables) {
      const rows = await service.database.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM ${table.name} t`,
      );
      if (rows.some(({ row }) => JSON.stringify(row).includes(name) || row.includes(CANARY)))
        found.push(table.name);
    }
    expect(found).toEqual([]);
    const paths = [...(await evidence.stored()).keys()].join();
    for (const text of [paths, service.log.join('')]) {
      expect(text).not.toContain(name);
      expect(text).not.toContain(CANARY);
    }
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).not.toContain(name);
  });

  it('comes in at its own address only: bodies of its kind stay refused elsewhere', async () => {
    const body = await jpegFile();
    const headers = { 'content-type': 'image/jpeg' };
    for (const path of ['/graphql', '/evidence'])
      expect(
        (
          await fetch(`${service.url}${path}`, {
            method: 'POST',
            headers,
            body: new Uint8Array(body),
          })
        ).status,
      ).toBeGreaterThanOrEqual(400);
  });

  it.each([
    'UPDATE evidence SET sha256 = sha256',
    'UPDATE evidence_copy SET sha256 = sha256',
    'DELETE FROM evidence',
    'DELETE FROM evidence_copy',
  ])('is kept as it was recorded: the service may not %s', async (statement) => {
    const database = service.service.app.get(Database);
    await expect(database.transaction((tx) => tx.query(statement))).rejects.toThrow(
      /permission denied/,
    );
  });

  it('lies in a bucket where one is named', async () => {
    const bucket = await startBucket();
    const { url, accessKeyId, secretAccessKey } = bucket.config;
    const other = await startService({
      database: service.database,
      secrets: service.secrets,
      environment: {
        ...{ EVIDENCE_S3_URL: url, EVIDENCE_S3_ACCESS_KEY_ID: accessKeyId },
        EVIDENCE_S3_SECRET_ACCESS_KEY: secretAccessKey,
      },
    });
    try {
      const there = new EvidenceDesk({ ...other, admin: service.admin }, bucket.folder);
      const file = await picture();
      const id = await there.added(analyst, incidentId, file);
      expect((await there.get(analyst, id, 'original')).bytes.equals(file)).toBe(true);
      const all = Buffer.concat([...(await there.stored()).values()]);
      expect(all.length).toBeGreaterThan(file.length);
      expect(all.includes(file.subarray(0, 32))).toBe(false);
      expect(other.log.join('')).not.toContain(secretAccessKey);
    } finally {
      await other.close();
      await bucket.stop();
    }
  });
});
