import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { LedgerStore } from '../src/ledger/ledger.store.js';
import { Database } from '../src/platform/database.js';
import { CLEAR, VERIFY } from './support/operations.js';
import { ask } from './support/graphql.js';
import { hire, report } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

/** Promise 5: the record cannot be quietly changed. */
describe('the ledger', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  const verify = () =>
    new Promise<{ status: number; said: string }>((resolve) => {
      const environment = {
        ...process.env,
        DATABASE_URL: service.database.url,
        ...service.secrets,
      };
      execFile(
        process.execPath,
        ['dist/src/ledger/verify.command.js'],
        { env: environment },
        (error, stdout) => resolve({ status: Number(error?.code ?? 0), said: stdout.trim() }),
      );
    });
  const tamper = async (statement: string) => {
    await service.database.query(
      `DO $$ BEGIN SET LOCAL session_replication_role = replica; ${statement}; END $$`,
    );
  };

  it('keeps one chain under 64 parallel appenders', async () => {
    const database = service.service.app.get(Database);
    const store = service.service.app.get(LedgerStore);
    const append = () =>
      database.transaction((tx) =>
        store.append(tx, {
          kind: 'test',
          subject: randomUUID(),
          at: new Date(),
          actor: 'test',
          facts: { n: 1 },
          sensitive: { secret: 'canary' },
        }),
      );
    await Promise.all(Array.from({ length: 64 }, append));
    expect(await verify()).toEqual({ status: 0, said: 'ok: 64 entries, every hash holds' });
  });

  it('appends thousands in one move of its head, in their order', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => ({
      ...{ kind: 'test', subject: randomUUID(), at: new Date(), actor: 'test', facts: { n } },
      ...(n % 3 === 0 && { sensitive: { n } }),
    }));
    await service.database.query(
      `CREATE TABLE moved (size bigint);
       CREATE FUNCTION note_move() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
         AS $$ BEGIN INSERT INTO public.moved VALUES (NEW.size); RETURN NULL; END $$;
       CREATE TRIGGER moved AFTER UPDATE ON ledger_head FOR EACH ROW EXECUTE FUNCTION note_move()`,
    );
    const database = service.service.app.get(Database);
    const store = service.service.app.get(LedgerStore);
    await database.transaction((tx) => store.appendAll(tx, many));
    await database.transaction((tx) => store.appendAll(tx, []));
    const moves = await service.database.query('SELECT size::int FROM moved');
    await service.database.query('DROP TRIGGER moved ON ledger_head');
    expect(moves).toEqual([{ size: 2_064 }]);
    const order = await service.database.query<{ subject: string; filed: boolean }>(
      `SELECT subject, EXISTS (SELECT FROM ledger_disclosure WHERE entry = seq) AS filed
       FROM ledger_entry WHERE seq > 64 ORDER BY seq`,
    );
    expect(order).toEqual(many.map(({ subject }, n) => ({ subject, filed: n % 3 === 0 })));
    expect(await verify()).toEqual({ status: 0, said: 'ok: 2064 entries, every hash holds' });
  });

  it('has an entry for every report and every step, and nothing for a refused one', async () => {
    const author = await hire(service.url, service.admin, 'RESPONDER', 'One');
    const other = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    const incidentId = await report(service.url, author);
    await ask(service.url, VERIFY, { input: { incidentId } }, other.token);
    await ask(service.url, VERIFY, { input: { incidentId } }, other.token).catch(() => undefined);
    await ask(service.url, CLEAR, { input: { incidentId } }, other.token);
    const entries = await service.database.query<{ kind: string; body: Buffer }>(
      'SELECT kind, body FROM ledger_entry WHERE subject = $1 ORDER BY seq',
      [incidentId],
    );
    expect(entries.map(({ kind }) => kind)).toEqual([
      'report.filed',
      'incident.verified',
      'incident.cleared',
    ]);
    expect(JSON.parse(entries[1]!.body.toString())).toMatchObject({
      actor: other.id,
      facts: { from: 'UNVERIFIED', to: 'ACTIVE', radiusMeters: 1500 },
    });
    expect((await verify()).status).toBe(0);
  });

  it.each([
    'UPDATE ledger_entry SET kind = kind',
    'DELETE FROM ledger_entry',
    'TRUNCATE ledger_entry',
    'UPDATE ledger_head SET size = 0',
    'DELETE FROM ledger_head',
  ])('refuses %s, to the service and to the owner', async (statement) => {
    const database = service.service.app.get(Database);
    await expect(database.transaction((tx) => tx.query(statement))).rejects.toThrow(
      /permission denied|append-only/,
    );
    await expect(service.database.query(statement)).rejects.toThrow(/append-only/);
  });

  it('says what was done to it, by exit status', async () => {
    const shrink =
      'DELETE FROM ledger_disclosure WHERE commitment = (SELECT commitment FROM ledger_disclosure LIMIT 1)';
    await service.database.query(shrink);
    expect((await verify()).status).toBe(10);
    await tamper(
      `UPDATE ledger_disclosure SET value = set_byte(value, 20, get_byte(value, 20) # 1) WHERE commitment = (SELECT commitment FROM ledger_disclosure LIMIT 1)`,
    );
    expect(await verify()).toMatchObject({ status: 20 });
    await service.database.query('DELETE FROM ledger_disclosure');
    expect((await verify()).status).toBe(10);
    await tamper('DELETE FROM ledger_entry WHERE seq = (SELECT max(seq) FROM ledger_entry)');
    expect((await verify()).status).toBe(30);
    await tamper(`UPDATE ledger_entry SET body = set_byte(body, 3, 88) WHERE seq = 5`);
    expect(await verify()).toMatchObject({
      status: 20,
      said: expect.stringContaining('altered at entry 5'),
    });
  });
});
