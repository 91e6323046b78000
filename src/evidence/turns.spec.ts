import { Turns } from './turns.js';

describe('turns', () => {
  it('are taken so many at once, in the order of coming; whoever comes then is sent away', async () => {
    const turns = new Turns(2, 2);
    const began: number[] = [];
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const all = ends.map(({ promise }, n) =>
      turns.take(async () => {
        began.push(n);
        await promise;
      }),
    );
    await expect(turns.take(async () => undefined)).rejects.toThrow('try again');
    expect(began).toEqual([0, 1]);
    ends[1]!.resolve();
    await all[1];
    expect(began).toEqual([0, 1, 2]);
    for (const { resolve } of ends) resolve();
    await Promise.all(all);
    expect(began).toEqual([0, 1, 2, 3]);
  });

  it('are given on when work fails', async () => {
    const turns = new Turns(1, 1);
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.take(async () => 'yes')).toBe('yes');
  });
});
