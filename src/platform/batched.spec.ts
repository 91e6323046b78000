import { Batched } from './batched.js';

describe('batched questions', () => {
  it('of one moment are one look-up, each with its own answer', async () => {
    const asked: number[][] = [];
    const doubled = new Batched<number, number>(async (keys) => {
      asked.push(keys);
      return keys.map((key) => key * 2);
    });
    expect(await Promise.all([doubled.get(1), doubled.get(2), doubled.get(1)])).toEqual([2, 4, 2]);
    expect(await doubled.get(3)).toBe(6);
    expect(asked).toEqual([[1, 2, 1], [3]]);
  });

  it('all fail with their look-up, and the next does not', async () => {
    let broken = true;
    const answers = new Batched<number, number>(async (keys) => {
      if (broken) throw new Error('broken');
      return keys;
    });
    const both = await Promise.allSettled([answers.get(1), answers.get(2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await answers.get(3)).toBe(3);
  });
});
