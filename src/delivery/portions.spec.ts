import { mock } from 'node:test';
import { isDue, Portions, type Portion } from './portions.js';

describe('whether what is in makes a portion', () => {
  it.each([
    ['soon, while much is in', { millis: 50, ended: 3, done: 1 }, true, true],
    ['not at once, however much is in', { millis: 49, ended: 0, done: 250 }, true, false],
    ['later, while little is in', { millis: 100, ended: 0, done: 1 }, false, true],
    ['not before', { millis: 99, ended: 0, done: 1 }, false, false],
    ['ever more rarely', { millis: 399, ended: 2, done: 1 }, false, false],
    ['but no more than that', { millis: 400, ended: 2, done: 1 }, false, true],
    ['within a second, however many there were', { millis: 1_000, ended: 9, done: 1 }, false, true],
    ['not where nothing is in', { millis: 60_000, ended: 1, done: 0 }, true, false],
    ['the first all the same', { millis: 200, ended: 0, done: 0 }, false, true],
    ['but not before', { millis: 199, ended: 0, done: 0 }, false, false],
  ])('%s', (_name, waiting, isMuch, due) => {
    expect(isDue(waiting, isMuch)).toBe(due);
  });
});

describe('what comes in, portion by portion', () => {
  let now: number;
  let portions: Portions<string>;
  let answers: Map<string, (value: string) => void>;
  let ended: string[];

  beforeEach(() => {
    // The service's own timers, not those of this file.
    mock.timers.enable({ apis: ['setInterval'] });
    now = 0;
    portions = new Portions(3, () => now);
    [answers, ended] = [new Map(), []];
  });
  afterEach(() => mock.timers.reset());

  /** Of each name a promise, that `answer` keeps. */
  async function waitFor(...names: string[]): Promise<void> {
    const first = portions.of(
      names.map((name) => new Promise((resolve) => answers.set(name, resolve))),
    );
    void follow(names, first);
    await seen();
  }
  async function follow(names: string[], first: Promise<Portion<string>>): Promise<void> {
    for (let portion: Portion<string> | undefined = await first; portion;) {
      const { done, out }: Portion<string> = portion;
      ended.push(`${now}: ${done.join(' ')} | ${out.map((index) => names[index]).join(' ')}`);
      portion = await portion.next;
    }
  }
  async function answer(...names: string[]): Promise<void> {
    for (const name of names) answers.get(name)!(name);
    await seen();
  }
  async function until(millis: number): Promise<void> {
    while (now < millis) {
      now += 25;
      mock.timers.tick(25);
      await seen();
    }
  }
  const seen = () => new Promise(setImmediate);

  it('is one where all are in at once, or there are none', async () => {
    await waitFor('a', 'b');
    await until(25);
    await answer('b', 'a');
    await waitFor();
    expect(ended).toEqual(['25: b a | ', '25:  | ']);
  });

  it('ends after a while, later again, and where all are in', async () => {
    await waitFor('a', 'b', 'c', 'd');
    await answer('c', 'a');
    await until(150);
    await answer('d');
    await until(400);
    await answer('b');
    expect(ended).toEqual(['100: c a | b d', '300: d | b', '400: b | ']);
  });

  it('ends soon for all lots together while much is in of them', async () => {
    await waitFor('a', 'b', 'c');
    await waitFor('d', 'e');
    await answer('a', 'b', 'd');
    await until(100);
    expect(ended).toEqual(['50: a b | c', '50: d | e']);
  });

  it('counts what is in since the last one ended', async () => {
    await waitFor('a', 'b', 'c', 'd', 'e', 'f');
    await answer('a', 'b', 'c');
    await until(50);
    await answer('d', 'e');
    await until(225);
    await answer('f');
    expect(ended).toEqual(['50: a b c | d e f', '225: d e f | ']);
  });

  it('begins with an empty one where nothing comes, and has no other', async () => {
    await waitFor('a');
    await until(5_000);
    await answer('a');
    expect(ended).toEqual(['200:  | a', '5000: a | ']);
  });
});
