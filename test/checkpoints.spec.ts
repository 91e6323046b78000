import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_HEAD, leafOf, nextHead } from '../src/ledger/chain.js';
import { trustIn, type SignedCheckpoint } from '../src/ledger/checkpoint.js';
import { CheckpointOutlets } from '../src/ledger/checkpoint-outlets.service.js';
import { Checkpoints, LedgerNotExtended } from '../src/ledger/checkpoints.service.js';
import { LedgerStore } from '../src/ledger/ledger.store.js';
import { GrowingTree, growsFrom, includes } from '../src/ledger/merkle.js';
import { Proofs } from '../src/ledger/proofs.service.js';
import { Database } from '../src/platform/database.js';
import { publicKeysOf } from '../src/platform/public-keys.js';
import { freshSecrets } from '../src/platform/secrets.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

/** Whoever keeps checkpoints outside. */
class Witness {
  readonly heard: SignedCheckpoint[] = [];
  answer = 204;
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (this.answer < 300) this.heard.push(JSON.parse(text) as SignedCheckpoint);
      response.writeHead(this.answer).end();
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/campana`;
  }

  close(): void {
    this.server.close();
  }
}

describe('checkpoints', () => {
  const witness = new Witness();
  let directory: string;
  let service: TestService;
  let other: TestService;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campana-checkpoints-'));
    const environment = {
      LEDGER_CHECKPOINT_DIR: join(directory, 'kept'),
      LEDGER_CHECKPOINT_URL: await witness.open(),
    };
    service = await startService({ environment });
    const { database, secrets } = service;
    other = await startService({ environment, database, secrets });
  });
  afterAll(async () => {
    await other.close();
    await service.close();
    witness.close();
    await rm(directory, { recursive: true });
  });

  const app = () => service.service.app;
  const append = async (count: number) => {
    for (let n = 0; n < count; n++)
      await app()
        .get(Database)
        .transaction((tx) =>
          app()
            .get(LedgerStore)
            .append(tx, {
              ...{ kind: 'test', subject: randomUUID(), at: new Date(), actor: 'test' },
              facts: { n },
            }),
        );
  };
  const make = async (): Promise<SignedCheckpoint> => {
    const made = await app().get(Checkpoints).make();
    await app().get(CheckpointOutlets).publish(made);
    return made;
  };
  const kept = async (name: string) => readFile(join(directory, 'kept', name), 'utf8');
  const latest = async () => {
    const answer = await fetch(`${service.url}/.well-known/campana-ledger.json`);
    return { status: answer.status, checkpoint: (await answer.json()) as SignedCheckpoint };
  };
  const tamper = (sql: string) =>
    service.database.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
  const verify = (...args: string[]) =>
    new Promise<{ status: number; said: string }>((resolve) => {
      const env = { ...process.env, DATABASE_URL: service.database.url, ...service.secrets };
      execFile(
        process.execPath,
        ['dist/src/ledger/verify.command.js', ...args],
        { env },
        (error, stdout, stderr) =>
          resolve({ status: Number(error?.code ?? 0), said: `${stdout}${stderr}`.trim() }),
      );
    });

  it('are made at the start by one process of two, and left outside', async () => {
    await until(() => witness.heard.length > 0, 'the first checkpoint');
    const [first] = witness.heard;
    expect(await latest()).toEqual({ status: 200, checkpoint: first });
    const keys = await fetch(`${service.url}/.well-known/campana-keys.json`);
    expect(trustIn(first!, publicKeysOf(await keys.json())!)).toBe('ok');
    expect(first).toMatchObject({ size: 0, head: EMPTY_HEAD.toString('hex') });
    await until(async () => JSON.parse(await kept('latest.json')).time === first!.time, 'the file');
    const jobs = await service.database.query<{ slot: Date; n: number }>(
      `SELECT singleton_on AS slot, count(*)::int AS n FROM pgboss.job
       WHERE name = 'ledger-checkpoint' GROUP BY 1`,
    );
    expect(jobs.every(({ n }) => n === 1)).toBe(true);
  });

  it('are what the ledger is verified against, one or all of a file', async () => {
    await append(3);
    const made = await make();
    expect(made.size).toBe(3);
    await append(2);
    const file = (name: string) => join(directory, 'kept', name);
    const ok = { status: 0, said: 'ok: 5 entries, every hash holds' };
    expect(await verify('--checkpoint', file('latest.json'))).toEqual(ok);
    expect(await verify('--checkpoint', file('checkpoints.ndjson'))).toEqual(ok);
    const ahead = join(directory, 'ahead.json');
    await tamper(`CREATE TABLE tail AS SELECT * FROM ledger_entry WHERE seq = 5`);
    await writeFile(ahead, JSON.stringify(await make()));
    await tamper(`DELETE FROM ledger_entry WHERE seq = 5; UPDATE ledger_head SET size = 4,
      head = (SELECT head FROM ledger_entry WHERE seq = 4)`);
    expect(await verify('--checkpoint', ahead)).toEqual({
      status: 30,
      said: 'truncated at entry 5: a checkpoint vouches for 5 entries',
    });
    await expect(make()).rejects.toThrow(LedgerNotExtended);
    await tamper(`INSERT INTO ledger_entry SELECT * FROM tail; UPDATE ledger_head SET size = 5,
      head = (SELECT head FROM tail)`);
  });

  it('are worth nothing when forged, of another network, or unreadable: exit status 40', async () => {
    const text = await kept('latest.json');
    const given = async (content: string, ...more: string[]) => {
      const file = join(directory, 'given.json');
      await writeFile(file, content);
      return (await verify('--checkpoint', file, ...more)).status;
    };
    expect(await given(text.replace('"size":5', '"size":4'))).toBe(40);
    expect(await given('{}')).toBe(40);
    expect((await verify('--checkpoint', join(directory, 'nowhere'))).status).toBe(40);
    const strangers = join(directory, 'keys.json');
    await writeFile(strangers, JSON.stringify({ keys: [] }));
    expect(await given(text, '--keys', strangers)).toBe(40);
    const own = await (await fetch(`${service.url}/.well-known/campana-keys.json`)).text();
    await writeFile(strangers, own);
    expect(await given(text, '--keys', strangers)).toBe(0);
    expect((await verify('--wrong')).status).toBe(2);
  });

  it('are made although nobody outside takes them, which the operator is told', async () => {
    const before = witness.heard.length;
    witness.answer = 503;
    const missed = await make();
    expect(witness.heard).toHaveLength(before);
    const told = () => service.log.filter((line) => line.includes('"reason":"checkpoint-url"'));
    expect(told()).toHaveLength(1);
    expect(told()[0]).not.toContain('/campana');
    witness.answer = 204;
    const next = await make();
    expect(witness.heard.at(-1)).toEqual(next);
    expect(next.time > missed.time).toBe(true);
    await rm(join(directory, 'kept'), { recursive: true });
    await writeFile(join(directory, 'kept'), 'in the way');
    await make();
    expect(service.log.some((line) => line.includes('"reason":"checkpoint-file"'))).toBe(true);
    expect(witness.heard).toHaveLength(before + 2);
    await rm(join(directory, 'kept'));
  });

  it('prove each entry and each growth, over tiles of every level', async () => {
    const grow = async (count: number) => {
      const [state] = await service.database.query<{ size: string; head: Buffer }>(
        'SELECT size, head FROM ledger_head',
      );
      let { head } = state!;
      const first = Number(state!.size) + 1;
      const rows = Array.from({ length: count }, (_, n) => {
        const leaf = leafOf(randomBytes(8));
        head = nextHead(head, leaf);
        return { seq: first + n, leaf, head };
      });
      await service.database.query(
        `INSERT INTO ledger_entry (seq, kind, subject, recorded_at, body, leaf, head)
         SELECT seq, 'bulk', gen_random_uuid(), now(), '', leaf, head
         FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS one (seq, leaf, head)`,
        [rows.map(({ seq }) => seq), rows.map(({ leaf }) => leaf), rows.map((row) => row.head)],
      );
      await tamper(
        `UPDATE ledger_head SET size = ${first + count - 1}, head = '\\x${head.toString('hex')}'`,
      );
    };
    const tree = new GrowingTree();
    const roots = new Map<number, Buffer>();
    for (const count of [250, 1, 1, 300, 65_000, 700]) {
      await grow(count);
      const made = await make();
      const leaves = await service.database.query<{ leaf: Buffer }>(
        `SELECT leaf FROM ledger_entry WHERE seq > ${tree.size} ORDER BY seq`,
      );
      for (const { leaf } of leaves) tree.add(leaf);
      expect([made.size, made.root]).toEqual([tree.size, tree.root().toString('hex')]);
      roots.set(tree.size, tree.root());
    }
    const { size } = tree;
    const sequences = [1, 5, 255, 256, 257, 512, 513, 65_535, 65_536, 65_537, size - 1, size];
    const proofs = await app()
      .get(Proofs)
      .ofEntries([...sequences, 0, size + 1]);
    expect([...proofs.keys()]).toEqual(sequences);
    for (const [seq, { path }] of proofs) {
      const [row] = await service.database.query<{ leaf: Buffer }>(
        `SELECT leaf FROM ledger_entry WHERE seq = ${seq}`,
      );
      expect(includes(row!.leaf, seq - 1, size, path, tree.root())).toBe(true);
      expect(includes(row!.leaf, seq % size, size, path, tree.root())).toBe(false);
    }
    for (const [before, root] of roots) {
      const { path } = (await app().get(Proofs).ofGrowth(before))!;
      expect(growsFrom(before, size, root, tree.root(), path)).toBe(true);
    }
  }, 120_000);

  it('are signed no more over tiles or entries that changed since', async () => {
    await tamper(
      `UPDATE ledger_tile SET hash = set_byte(hash, 3, get_byte(hash, 3) # 1) WHERE level = 16`,
    );
    await expect(make()).rejects.toThrow(LedgerNotExtended);
    await tamper(
      `UPDATE ledger_tile SET hash = set_byte(hash, 3, get_byte(hash, 3) # 1) WHERE level = 16`,
    );
    await make();
  });

  it.each(['ledger_tile', 'ledger_checkpoint'])('refuses to change %s', async (table) => {
    for (const statement of [
      `UPDATE ${table} SET ${table === 'ledger_tile' ? 'level = level' : 'size = size'}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ]) {
      await expect(
        app()
          .get(Database)
          .transaction((tx) => tx.query(statement)),
      ).rejects.toThrow(/permission denied|append-only/);
      await expect(service.database.query(statement)).rejects.toThrow(/append-only/);
    }
  });

  it('say nothing before there is one', async () => {
    const secrets = freshSecrets();
    const quiet = await startService({ environment: { ROLE: 'api' }, secrets });
    const answer = await fetch(`${quiet.url}/.well-known/campana-ledger.json`);
    expect(answer.status).toBe(404);
    await quiet.close();
  });
});
