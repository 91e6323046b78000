import { randomUUID } from 'node:crypto';
import { ErasureStore } from '../src/incidents/record/erasure.store.js';
import { Database } from '../src/platform/database.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { ask, codeOf, send } from './support/graphql.js';
import {
  CHANGE_VIEW,
  DELETE_VIEW,
  SAVE_VIEW,
  VIEWS,
  WITHDRAW_NOTE,
  WRITE_NOTE,
  page,
  timeline,
} from './support/review.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const TEXT = 'Two blue vans beside the gate: la Señora of the front office let nobody in.';
const HOLD = 'mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { id } }';
const LIFT = 'mutation ($input: LiftLegalHoldInput!) { liftLegalHold(input: $input) { id } }';
const REDACT = 'mutation ($input: RedactEntryInput!) { redactEntry(input: $input) { id } }';
const APPROVE =
  'mutation ($input: DecideRedactionInput!) { approveRedaction(input: $input) { id } }';
const NOTES = 'query ($id: ID!) { incident(id: $id) { notes { id text authorId } } }';

/** What people write down for themselves and each other: notes, and views of the list. */
describe('notes and saved views', () => {
  let service: TestService;
  let desk: Desk;
  let crew: Crew;
  let analyst: Person;
  let colleague: Person;
  let stranger: Person;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    crew = await Crew.of(service);
    const analysts = (['Three', 'Three', 'Four'] as const).map((organization) =>
      hire(service.url, service.admin, 'ANALYST', organization),
    );
    [analyst, colleague, stranger] = (await Promise.all(analysts)) as [Person, Person, Person];
  });
  afterAll(() => service.close());

  const write = async (incidentId: string, text = TEXT) =>
    (await ask(service.url, WRITE_NOTE, { input: { incidentId, text } }, analyst.token)).writeNote;
  const found = async (text: string) =>
    (await page(service.url, analyst, { filter: { text } })).ids;
  const attempt = (operation: string, who: Person, input: object) =>
    codeOf(service.url, operation, { input }, who.token);

  it('a note is found by its words, whatever case and accents, and by nothing else', async () => {
    const id = await desk.reported(crew.author);
    const note = await write(id);
    expect(note).toMatchObject({ text: TEXT, authorId: analyst.id, withdrawnAt: null });
    for (const text of ['vans', 'SENORA front', 'señora gate blue', 'nobody, in'])
      expect(await found(text)).toEqual([id]);
    for (const text of ['van', 'vans red', 'everybody']) expect(await found(text)).toEqual([]);
  });

  it('is not in the database, a log or the ledger in clear', async () => {
    const id = await desk.reported(crew.author);
    await write(id, 'Confidential persimmon');
    await found('persimmon');
    const dump = JSON.stringify(
      await service.database.query(
        `SELECT (SELECT json_agg(n) FROM incident_note n) AS n,
           (SELECT json_agg(r) FROM incident_review r) AS r,
           (SELECT json_agg(convert_from(body, 'utf8')) FROM ledger_entry) AS l,
           (SELECT json_agg(d) FROM ledger_disclosure d) AS d`,
      ),
    );
    for (const hidden of ['persimmon', Buffer.from('persimmon').toString('hex')])
      expect(dump + service.log.join('')).not.toContain(hidden);
    const entries = await desk.entries(id);
    expect(entries.at(-1)).toMatchObject({ kind: 'incident.note-written', actor: analyst.id });
  });

  it('is withdrawn by its author or an admin, and then not found', async () => {
    const id = await desk.reported(crew.author);
    const [mine, other] = [await write(id, 'withdrawnone'), await write(id, 'withdrawntwo')];
    expect(await attempt(WITHDRAW_NOTE, colleague, { noteId: mine.id })).toBe('FORBIDDEN');
    expect(await attempt(WITHDRAW_NOTE, analyst, { noteId: mine.id })).toBeUndefined();
    expect(await attempt(WITHDRAW_NOTE, analyst, { noteId: mine.id })).toBe('CONFLICT');
    expect(await found('withdrawnone')).toEqual([]);
    expect(await found('withdrawntwo')).toEqual([id]);
    expect(await attempt(WITHDRAW_NOTE, service.admin, { noteId: other.id })).toBeUndefined();
    expect(await found('withdrawntwo')).toEqual([]);
    const { incident } = await ask(service.url, NOTES, { id }, analyst.token);
    expect(incident.notes).toMatchObject([{ text: null }, { text: null }]);
    const kinds = (await desk.entries(id)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'incident.note-withdrawn')).toHaveLength(2);
  });

  it('stays while its incident is held, and goes when two people redact its entry', async () => {
    const id = await desk.reported(crew.author);
    const note = await write(id, 'redactable');
    const input = { incidentId: id, reason: 'LITIGATION' };
    await ask(service.url, HOLD, { input }, service.admin.token);
    expect(await attempt(WITHDRAW_NOTE, analyst, { noteId: note.id })).toBe('CONFLICT');
    await ask(service.url, LIFT, { input: { incidentId: id } }, service.admin.token);
    const { entry } = (await timeline(service.url, analyst, id))!.find(
      ({ kind }) => kind === 'incident.note-written',
    )!;
    const asked = { input: { entry, reason: 'PERSON_NAMED' } };
    const { redactEntry } = await ask(service.url, REDACT, asked, analyst.token);
    await ask(service.url, APPROVE, { input: { redactionId: redactEntry.id } }, colleague.token);
    expect(await found('redactable')).toEqual([]);
    const { incident } = await ask(service.url, NOTES, { id }, analyst.token);
    expect(incident.notes).toMatchObject([{ text: null }]);
  });

  it('is not withdrawn while a hold is being placed', async () => {
    const id = await desk.reported(crew.author);
    const note = await write(id, 'contested');
    const { app } = service.service;
    const store = app.get(ErasureStore, { strict: false });
    let answered = false;
    const withdrawal = await app.get(Database).transaction(async (tx) => {
      await store.lock(tx);
      await store.addHold(tx, {
        ...{ id: randomUUID(), incidentId: id, reason: 'LITIGATION' },
        ...{ setBy: service.admin.id, setAt: new Date(), liftedBy: null, liftedAt: null },
      });
      const asked = attempt(WITHDRAW_NOTE, analyst, { noteId: note.id }).finally(() => {
        answered = true;
      });
      const waits = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
      await until(
        async () => answered || (await service.database.query(waits)).length > 0,
        'whoever withdraws it',
      );
      return { asked };
    });
    expect(await withdrawal.asked).toBe('CONFLICT');
    expect(await found('contested')).toEqual([id]);
  });

  it('responders do not read notes, and bad ones are refused', async () => {
    const id = await desk.reported(crew.author);
    await write(id);
    const { incident } = await ask(service.url, NOTES, { id }, crew.author.token);
    expect(incident.notes).toBeNull();
    for (const text of ['  ', 'x'.repeat(4_001), 'a\0b'])
      expect(await attempt(WRITE_NOTE, analyst, { incidentId: id, text })).toBe('BAD_USER_INPUT');
  });

  const save = async (who: Person, input: object) =>
    (await ask(service.url, SAVE_VIEW, { input }, who.token)).saveIncidentView;
  const views = async (who: Person) =>
    ((await ask(service.url, VIEWS, {}, who.token)).savedIncidentViews as { name: string }[]).map(
      ({ name }) => name,
    );

  it('a view is one’s own until it is shared, and changed by its owner alone', async () => {
    const since = '2026-03-03T00:00:00.000Z';
    const filter = { agencies: ['ICE'], since, text: 'persimmon' };
    const view = await save(analyst, { name: 'Ours', filter });
    expect(JSON.parse(view.filter)).toEqual(filter);
    expect(await page(service.url, analyst, { filter: JSON.parse(view.filter) })).toBeDefined();
    expect([await views(analyst), await views(colleague)]).toEqual([['Ours'], []]);
    const change = { viewId: view.id, shared: true, name: 'All of ours' };
    expect(await attempt(CHANGE_VIEW, colleague, change)).toBe('NOT_FOUND');
    expect(await attempt(CHANGE_VIEW, analyst, change)).toBeUndefined();
    expect(await attempt(CHANGE_VIEW, colleague, change)).toBe('FORBIDDEN');
    expect(await attempt(DELETE_VIEW, colleague, { viewId: view.id })).toBe('FORBIDDEN');
    expect(await attempt(DELETE_VIEW, stranger, { viewId: view.id })).toBe('NOT_FOUND');
    expect([await views(colleague), await views(stranger)]).toEqual([['All of ours'], []]);
    const [row] = await service.database.query('SELECT * FROM saved_view');
    expect(JSON.stringify(row)).not.toContain(Buffer.from('persimmon').toString('hex'));
    expect(await attempt(DELETE_VIEW, analyst, { viewId: view.id })).toBeUndefined();
    expect(await views(colleague)).toEqual([]);
  });

  it('a view that asks nonsense is refused by field, and there are at most a hundred', async () => {
    const filter = { box: { south: 2, north: 1, west: 0, east: 1 } };
    const { errors } = await send(
      ...([service.url, SAVE_VIEW, { input: { name: '', filter } }, analyst.token] as const),
    );
    expect(errors![0]!.extensions.fields!.map(({ field }) => field)).toEqual([
      ...['name', 'filter.box.north'],
    ]);
    for (let at = 0; at < 100; at++) await save(stranger, { name: `View ${at}`, filter: {} });
    expect(await attempt(SAVE_VIEW, stranger, { name: 'One more', filter: {} })).toBe('CONFLICT');
  });
});
