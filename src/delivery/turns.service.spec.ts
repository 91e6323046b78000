import { Asked } from '../platform/asked.js';
import { Turns } from './turns.service.js';

let now = 0;
beforeEach(() => (now = 0));

/** Pieces of work by name, and which of them have had their turn so far. */
function fanOut(processors: number) {
  const asked = new Asked(() => now, processors);
  const turns = new Turns(asked);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string) =>
    void turns.take().then((end) => {
      begun.push(name);
      ends.set(name, end);
    });
  const end = (name: string) => ends.get(name)!();
  const seen = async () => (await new Promise(setImmediate), begun.join(''));
  return { asked, begin, end, seen };
}

it('does one thing after the other while requests come in, in the order of asking', async () => {
  const { asked, begin, end, seen } = fanOut(2);
  asked.note();
  for (const name of 'abc') begin(name);
  expect(await seen()).toBe('a');
  end('a');
  expect(await seen()).toBe('ab');
  begin('d');
  end('b');
  expect(await seen()).toBe('abc');
  end('c');
  expect(await seen()).toBe('abcd');
});

it('lets all go at once when nobody has asked for a while', async () => {
  const { asked, begin, seen } = fanOut(2);
  begin('a');
  begin('b');
  expect(await seen()).toBe('ab');
  asked.note();
  now = 249;
  begin('c');
  begin('d');
  expect(await seen()).toBe('abc');
  now = 250;
  begin('e');
  expect(await seen()).toBe('abce');
});

it('lets all go at once where there are processors for all', async () => {
  const { asked, begin, seen } = fanOut(4);
  asked.note();
  for (const name of 'abc') begin(name);
  expect(await seen()).toBe('abc');
});
