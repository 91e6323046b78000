import { Window } from './window.js';

const accept = (window: Window, times: number) => {
  for (let time = 0; time < times; time++) window.accepted();
};

it('begins with all that is allowed, and never allows more', () => {
  const window = new Window(100);
  accept(window, 1_000);
  expect(window.size).toBe(100);
});

it('is halved by a 429, once for all that were under way together', () => {
  const window = new Window(100);
  window.tooMany(5, 10);
  expect(window.size).toBe(50);
  window.tooMany(9, 12);
  expect(window.size).toBe(50);
  window.tooMany(12, 20);
  expect(window.size).toBe(25);
});

it('grows by one for each window of accepted messages', () => {
  const window = new Window(100);
  window.tooMany(0, 1);
  accept(window, 51);
  expect(window.size).toBe(51);
  accept(window, 52);
  expect(window.size).toBe(52);
});

it.each([
  [100, 4],
  [2, 2],
])('of %i it keeps at least %i', (most, least) => {
  const window = new Window(most);
  for (let now = 0; now < 100; now++) window.tooMany(now, now);
  expect(window.size).toBe(least);
});
