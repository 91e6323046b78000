import { mock } from 'node:test';
import { due, isDue, Portions, type Portion } from './portions.js';

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

describe('of lots that are waited for together', () => {
  const lot = (done: number, millis = 50, ended = 1) => ({ done, millis, ended });
  const of = (lots: ReturnType<typeof lot>[], writingMillis = 0) =>
    due(lots, { much: 60, writingMillis }).map(({ done }) => done);

  it('the fullest are due, until what is left is not much', () => {
    expect(of([lot(10), lot(40), lot(30)])).toEqual([40]);
    expect(of([lot(1), lot(90), lot(70)])).toEqual([90, 70]);
    expect(of([lot(20), lot(30)])).toEqual([]);
  });

  it('those that were out for long are due as well', () => {
    expect(of([lot(3, 200), lot(70), lot(4, 199)])).toEqual([70, 3]);
  });

  it('none but a first is due so soon that writing it down would take a larger part of the time', () => {
    expect(of([lot(70, 79), lot(75, 80), lot(80, 50, 0)], 5)).toEqual([80, 75]);
    expect(of([lot(70, 2_999), lot(75, 3_000)], 10_000)).toEqual([75]);
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

  it('ends soon for the fullest lot while much is in of all together', async () => {
    await waitFor('a', 'b', 'c');
    await waitFor('d', 'e');
    await answer('a', 'b', 'd');
    await until(100);
    expect(ended).toEqual(['50: a b | c', '100: d | e']);
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

  it('ends more rarely while it takes long to write one down', async () => {
    for (let n = 0; n < 20; n++) portions.wrote(10);
    await waitFor('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await answer('a', 'b', 'c');
    await until(50);
    await answer('d', 'e', 'f');
    await until(400);
    expect(ended).toEqual(['50: a b c | d e f g', '225: d e f | g']);
  });

  it('begins with an empty one where nothing comes, and has no other', async () => {
    await waitFor('a');
    await until(5_000);
    await answer('a');
    expect(ended).toEqual(['200:  | a', '5000: a | ']);
  });
});
