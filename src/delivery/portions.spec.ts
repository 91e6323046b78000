import { splitAfter } from './stragglers.js';

it('does not wait when all are in', async () => {
  const promises = [Promise.resolve('a'), Promise.resolve('b')];
  expect(await splitAfter(promises, 60_000)).toEqual({ done: ['a', 'b'], out: [] });
});

it('leaves behind what is still out', async () => {
  let finish: (value: string) => void = () => undefined;
  const late = new Promise<string>((resolve) => (finish = resolve));
  const { done, out } = await splitAfter([Promise.resolve('a'), late], 5);
  expect(done).toEqual(['a']);
  expect(out.map(({ index }) => index)).toEqual([1]);
  finish('b');
  expect(await out[0]!.promise).toBe('b');
});
