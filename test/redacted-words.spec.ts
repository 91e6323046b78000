import { Retention } from '../src/incidents/record/retention.service.js';
import { Clock } from '../src/platform/clock.js';
import { ASK_RELEASE, RELEASES, get } from './support/exports.js';
import { ask } from './support/graphql.js';
import { Shelf } from './support/resources.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { Classroom, codeIn } from './support/trainings.js';

const REDACT = `mutation ($input: RedactEntryInput!) { redactEntry(input: $input) { id } }`;
const APPROVE = `mutation ($input: DecideRedactionInput!) { approveRedaction(input: $input) { id } }`;
const DAY_MS = 86_400_000;

/** Words of resources and trainings are kept for good; two people can take them out all the same. */
describe('words that stand in a table and in the ledger’s keeping', () => {
  let service: TestService;
  let one: Person;
  let other: Person;
  let shelf: Shelf;
  let room: Classroom;

  beforeAll(async () => {
    service = await startService();
    one = await hire(service.url, service.admin, 'ANALYST', 'One');
    other = await hire(service.url, service.admin, 'ANALYST', 'Two');
    shelf = new Shelf(service.url, one);
    room = new Classroom(service);
  });
  afterAll(() => service.close());

  const entriesOf = async (subject: string) =>
    (
      await service.database.query<{ seq: number }>(
        'SELECT seq::int AS seq FROM ledger_entry WHERE subject = $1 ORDER BY seq',
        [subject],
      )
    ).map(({ seq }) => seq);
  const redact = async (entry: number) => {
    const input = { entry, reason: 'PERSON_NAMED' };
    const { redactEntry } = await ask(service.url, REDACT, { input }, one.token);
    await ask(service.url, APPROVE, { input: { redactionId: redactEntry.id } }, other.token);
  };
  const disclosed = async (entries: number[]) =>
    (
      await service.database.query('SELECT 1 FROM ledger_disclosure WHERE entry = ANY($1)', [
        entries,
      ])
    ).length;

  it('of a resource are gone from its page and history, and of its other versions stay', async () => {
    const id = await shelf.add({ title: 'CANARY' });
    await shelf.revise(id, { title: 'Mended' });
    const [first] = await entriesOf(id);
    await redact(first!);
    expect((await shelf.history(id)).map(({ title }) => title)).toEqual(['', 'Mended']);
    expect((await shelf.shown()).map(({ title }) => title)).toEqual(['Mended']);
    const [, second] = await entriesOf(id);
    await redact(second!);
    expect(await shelf.shown()).toEqual([]);
    expect(codeIn(await shelf.revise(id, { rank: 1 }))).toBe('CONFLICT');
    const dump = await service.database.query('SELECT resource::text AS row FROM resource');
    expect(JSON.stringify(dump)).not.toMatch(/CANARY|Mended|Law Clinic|example\.org/);
  });

  it('of a training are gone, and it can be named anew', async () => {
    const id = await room.held(service.admin, { title: 'CANARY', trainerOrganization: 'CANARY' });
    const [scheduled] = await entriesOf(id);
    await redact(scheduled!);
    const [row] = await service.database.query('SELECT training::text AS row FROM training');
    expect(JSON.stringify(row)).not.toContain('CANARY');
    const named = await room.amend(service.admin, id, { title: 'x', trainerOrganization: 'y' });
    expect(named.data!.amendTraining).toMatchObject({ title: 'x', trainer: 'y' });
  });

  it('of a search that was exported, and of why people were to be named, are gone', async () => {
    const filter = encodeURIComponent(JSON.stringify({ text: 'persimmon' }));
    const sent = await get(service.url, `/exports/incidents.csv?filter=${filter}`, one);
    await sent.text();
    const asking = { reason: 'persimmon asked for it', filter: {} };
    const { askIdentityRelease } = await ask(
      service.url,
      ASK_RELEASE,
      { input: asking },
      one.token,
    );
    const exportId = sent.headers.get('campana-export')!;
    const path = `/exports/${exportId}/manifest.json`;
    for (const subject of [exportId, askIdentityRelease.id]) {
      const [entry] = await entriesOf(subject);
      await redact(entry!);
    }
    const manifest = (await (await get(service.url, path, one)).json()) as object;
    expect(manifest).toMatchObject({ filter: null, state: 'FINISHED' });
    const { identityReleases } = await ask(service.url, RELEASES, {}, one.token);
    expect(identityReleases.edges).toMatchObject([{ node: { reason: null } }]);
    const kept = 'SELECT FROM export_run WHERE filter IS NOT NULL';
    expect(await service.database.query(kept)).toEqual([]);
    expect(
      await service.database.query('SELECT FROM identity_release WHERE content IS NOT NULL'),
    ).toEqual([]);
  });

  it('outlast the schedule that destroys raw detail', async () => {
    const ids = [await shelf.add({ topic: 'lasting' }), await room.held(service.admin)];
    const entries = (await Promise.all(ids.map(entriesOf))).flat();
    expect(await disclosed(entries)).toBe(2);
    const clock = service.service.app.get(Clock);
    clock.now = () => new Date(Date.now() + 400 * DAY_MS);
    await service.service.app
      .get(Retention)
      .run()
      .finally(() => Reflect.deleteProperty(clock, 'now'));
    expect(await disclosed(entries)).toBe(2);
  });
});
