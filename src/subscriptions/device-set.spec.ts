import { randomUUID } from 'node:crypto';
import { DeviceSet } from './device-set.js';

const compact = (id: string) => id.replaceAll('-', '');
const ids = (count: number) => Array.from({ length: count }, () => compact(randomUUID()));

describe('DeviceSet', () => {
  it('says who is new, in the order given, however many there are', () => {
    const set = new DeviceSet();
    const all = ids(50_000);
    for (let from = 0; from < all.length; from += 7_000) {
      const some = all.slice(from, from + 7_000);
      expect(set.addAll([...some, ...some].join(''))).toEqual(some);
    }
    expect(set.size).toBe(all.length);
    expect(set.addAll(all.join(''))).toEqual([]);
  });

  it('tells ids apart by each of their bytes', () => {
    const set = new DeviceSet();
    const [id] = ids(1) as [string];
    const alike = Array.from({ length: 32 }, (_, at) => {
      const digit = id[at] === '0' ? '1' : '0';
      return id.slice(0, at) + digit + id.slice(at + 1);
    });
    expect(set.addAll([id, ...alike].join(''))).toEqual([id, ...alike]);
  });

  it('knows the nil id, and none at all', () => {
    const set = new DeviceSet();
    const nil = '0'.repeat(32);
    expect(set.addAll('')).toEqual([]);
    expect(set.addAll(nil)).toEqual([nil]);
    expect(set.addAll(nil)).toEqual([]);
    expect(set.size).toBe(1);
  });

  it.each(['0', 'g'.repeat(32), compact(randomUUID()).slice(1)])('refuses %s', (text) => {
    expect(() => new DeviceSet().addAll(text)).toThrow('not a text of');
  });
});
