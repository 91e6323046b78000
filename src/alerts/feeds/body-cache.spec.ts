import { BodyCache } from './body-cache.js';

const NOW = new Date('2026-03-03T13:16:00Z');
const LATER = new Date(NOW.getTime() + 60_000);
const kept = (body: string, version = '1') => ({ body, version, until: LATER });

it('gives a body back for its version and its time only', () => {
  const cache = new BodyCache(10, 1_000);
  cache.set('a', kept('A'));
  expect(cache.get('a', '1', NOW)?.body).toBe('A');
  expect(cache.get('b', '1', NOW)).toBeUndefined();
  expect(cache.get('a', '1', LATER)).toBeUndefined();
  cache.set('a', kept('A'));
  expect(cache.get('a', '2', NOW)).toBeUndefined();
  expect(cache.size).toBe(0);
});

it('forgets what was unused longest, when there are too many', () => {
  const cache = new BodyCache(2, 1_000);
  cache.set('a', kept('A'));
  cache.set('b', kept('B'));
  cache.get('a', '1', NOW);
  cache.set('c', kept('C'));
  expect(['a', 'b', 'c'].map((key) => cache.get(key, '1', NOW)?.body)).toEqual([
    'A',
    undefined,
    'C',
  ]);
});

it('is bounded in characters, however often one is written again', () => {
  const cache = new BodyCache(100, 10);
  for (let turn = 0; turn < 5; turn++) cache.set('a', kept('AAAA'));
  cache.set('b', kept('BBBB'));
  expect(cache.size).toBe(2);
  cache.set('c', kept('CCCC'));
  expect(cache.size).toBe(2);
  cache.set('d', kept('D'.repeat(11)));
  expect(cache.size).toBe(0);
});
