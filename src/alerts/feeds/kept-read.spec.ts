import { KEEP_MS, KeptRead, MARK_MS } from './kept-read.js';

/** A database whose answers come when the test says so; each read sees what there was at its start. */
function scene() {
  let now = 1_000_000;
  let stored = 0;
  const reads: { end: () => void; fail: () => void }[] = [];
  const kept = new KeptRead(
    () =>
      new Promise<number>((resolve, reject) => {
        const seen = stored;
        reads.push({ end: () => resolve(seen), fail: () => reject(new Error('no database')) });
      }),
    () => now,
  );
  return {
    kept,
    reads,
    commit: (value: number) => (stored = value),
    pass: (milliseconds: number) => (now += milliseconds),
    /** Reads, and ends whatever query that takes. */
    async read(): Promise<number> {
      const answer = kept.read();
      for (let turn = 0; turn < 10; turn++) {
        reads.at(-1)?.end();
        await Promise.resolve();
      }
      return answer;
    },
  };
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

it('asks once for all who come meanwhile and for five seconds after', async () => {
  const { kept, reads, read, pass } = scene();
  const answers = [kept.read(), kept.read(), kept.read()];
  reads[0]!.end();
  expect(await Promise.all(answers)).toEqual([0, 0, 0]);
  pass(KEEP_MS - 1);
  expect(await read()).toBe(0);
  expect(reads).toHaveLength(1);
  pass(1);
  expect(await read()).toBe(0);
  expect(reads).toHaveLength(2);
});

it('asks anew after a change that it heard of, or that it may have missed', async () => {
  const { kept, read, commit } = scene();
  await read();
  commit(1);
  kept.heard('a');
  expect(await read()).toBe(1);
  commit(2);
  kept.drop();
  expect(await read()).toBe(2);
});

it('keeps no read that began before a change, and hands it to nobody who came after', async () => {
  const { kept, reads, commit } = scene();
  const early = kept.read();
  commit(1);
  kept.heard('a');
  const late = kept.read();
  expect(reads).toHaveLength(1);
  reads[0]!.end();
  expect(await early).toBe(0);
  await turns();
  expect(reads).toHaveLength(2);
  reads[1]!.end();
  expect(await late).toBe(1);
  expect(await kept.read()).toBe(1);
  expect(reads).toHaveLength(2);
});

it('keeps no read that a change overtook, though nobody asked meanwhile', async () => {
  const { kept, reads, commit, read } = scene();
  const early = kept.read();
  commit(1);
  kept.heard('a');
  reads[0]!.end();
  await early;
  expect(await read()).toBe(1);
});

describe('of a change of our own', () => {
  it('goes on with what it has until the commit is answered', async () => {
    const { kept, reads, read } = scene();
    await read();
    kept.announced('a');
    expect(await read()).toBe(0);
    expect(reads).toHaveLength(1);
    kept.committed('a', true);
    await read();
    expect(reads).toHaveLength(2);
  });

  it.each(['first', 'last'])('asks once, where it is heard back %s', async (order) => {
    const { kept, reads, read } = scene();
    await read();
    kept.announced('a');
    const known = [() => kept.committed('a', true), () => kept.heard('a')];
    for (const know of order === 'first' ? known.reverse() : known) {
      know();
      await read();
    }
    await read();
    expect(reads).toHaveLength(2);
  });

  it('asks again when it hears of another one meanwhile', async () => {
    const { kept, commit, read } = scene();
    kept.announced('a');
    kept.committed('a', true);
    expect(await read()).toBe(0);
    commit(1);
    kept.heard('b');
    expect(await read()).toBe(1);
  });

  it('learns of a commit that took longer than anybody waits', async () => {
    const { kept, commit, read, pass } = scene();
    kept.announced('a');
    pass(MARK_MS);
    expect(await read()).toBe(0);
    commit(1);
    kept.committed('a', true);
    expect(await read()).toBe(1);
  });

  it('hands nobody who came after the commit what was read across it', async () => {
    const { kept, reads, commit } = scene();
    kept.announced('a');
    const early = kept.read();
    commit(1);
    kept.committed('a', true);
    const late = kept.read();
    reads[0]!.end();
    expect(await early).toBe(0);
    await turns();
    reads[1]!.end();
    expect(await late).toBe(1);
  });
});

describe('while a change of our own may have committed and was not heard of', () => {
  const markAt = (kept: ReturnType<typeof scene>['kept'], id: string) => {
    kept.announced(id);
    kept.committed(id, false);
  };

  it('answers only by reads that began after they were asked for', async () => {
    const { kept, reads, commit, read } = scene();
    await read();
    markAt(kept, 'a');
    const early = kept.read();
    await turns();
    expect(reads).toHaveLength(2);
    commit(1);
    const late = [kept.read(), kept.read()];
    reads[1]!.end();
    expect(await early).toBe(0);
    await turns();
    // One read for both of them.
    expect(reads).toHaveLength(3);
    reads[2]!.end();
    expect(await Promise.all(late)).toEqual([1, 1]);
  });

  it('asks each time, until it hears of that very change', async () => {
    const { kept, reads, read } = scene();
    markAt(kept, 'a');
    kept.heard('b');
    await read();
    await read();
    expect(reads).toHaveLength(2);
    kept.heard('a');
    await read();
    await read();
    expect(reads).toHaveLength(3);
  });

  it('trusts nothing that was read across the announcement', async () => {
    const { kept, reads, commit, read } = scene();
    const early = kept.read();
    markAt(kept, 'a');
    reads[0]!.end();
    await early;
    commit(1);
    expect(await read()).toBe(1);
    kept.heard('a');
    expect(await read()).toBe(1);
  });

  it('forgets the mark of a transaction that never committed', async () => {
    const { kept, reads, read, pass } = scene();
    markAt(kept, 'a');
    await read();
    pass(MARK_MS);
    await read();
    await read();
    expect(reads).toHaveLength(2);
  });
});

it('goes on after a failure', async () => {
  const { kept, reads, read } = scene();
  const failing = kept.read();
  kept.drop();
  const waiting = kept.read();
  reads[0]!.fail();
  await expect(failing).rejects.toThrow('no database');
  await turns();
  reads[1]!.end();
  expect(await waiting).toBe(0);
  expect(await read()).toBe(0);
  expect(reads).toHaveLength(2);
});
