import { Remembered } from './remembered.js';

it('asks once for as long as it remembers, and forgets the oldest', async () => {
  let now = 0;
  const asked: string[] = [];
  const lookUp = async (key: string) => asked.push(key);
  const remembered = new Remembered(lookUp, 1_000, 2, () => now);
  await Promise.all(['a', 'a', 'b'].map((key) => remembered.get(key)));
  expect(asked).toEqual(['a', 'b']);
  now = 1_000;
  await remembered.get('a');
  await remembered.get('c');
  await remembered.get('b');
  expect(asked).toEqual(['a', 'b', 'a', 'c', 'b']);
});

it('does not remember a failure', async () => {
  let fails = true;
  const remembered = new Remembered(
    async () => {
      if (fails) throw new Error('down');
      return 1;
    },
    1_000,
    2,
    () => 0,
  );
  await expect(remembered.get('a')).rejects.toThrow('down');
  fails = false;
  expect(await remembered.get('a')).toBe(1);
});
