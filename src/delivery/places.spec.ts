import { Places } from './places.js';

/** Takes, and notes by name who got a place. */
function queue(size: number) {
  const places = new Places(size);
  const seated: string[] = [];
  const take = (name: string) => {
    const wait = places.take();
    if (wait) void wait.then(() => seated.push(name));
    else seated.push(name);
  };
  const settled = async () => (await Promise.resolve(), seated.join(''));
  return { places, take, settled };
}

it('seats so many, and then in the order of asking whoever places are given back for', async () => {
  const { places, take, settled } = queue(2);
  for (const name of 'abcde') take(name);
  expect(await settled()).toBe('ab');
  places.give(1);
  expect(await settled()).toBe('abc');
  places.give(2);
  take('f');
  expect(await settled()).toBe('abcde');
  places.give(2);
  expect(await settled()).toBe('abcdef');
});

it('lets nobody wait while it is boundless, and gets back to its size', async () => {
  const { places, take, settled } = queue(1);
  for (const name of 'abc') take(name);
  places.boundless(true);
  take('d');
  expect(await settled()).toBe('adbc');
  places.boundless(false);
  take('e');
  places.give(3);
  expect(await settled()).toBe('adbc');
  places.give(1);
  expect(await settled()).toBe('adbce');
});
