import { once } from './once.js';

describe('once', () => {
  it('makes a thing when it is first asked for, and hands out the same afterwards', () => {
    let made = 0;
    const thing = once(() => {
      made++;
      return undefined;
    });
    expect(made).toBe(0);
    expect([thing(), thing()]).toEqual([undefined, undefined]);
    expect(made).toBe(1);
  });

  it('tries again what failed', () => {
    let isReady = false;
    const thing = once(() => {
      if (!isReady) throw new Error('not yet');
      return 7;
    });
    expect(thing).toThrow('not yet');
    isReady = true;
    expect(thing()).toBe(7);
  });
});
