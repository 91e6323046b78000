import { jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ReadyDevices, type ReadyDevice } from './ready-devices.js';
import { pushUrl } from './web-push/push-url.js';

const ready = (path = '/push?q=1', origin = 'https://push.example.org:8443'): ReadyDevice => ({
  url: pushUrl(origin + path)!,
  p256dh: randomBytes(65),
  auth: randomBytes(16),
  keys: {
    salt: randomBytes(16),
    senderPublicKey: randomBytes(65),
    contentKey: randomBytes(16),
    nonce: randomBytes(12),
  },
});
const [mark, other] = [randomBytes(16), randomBytes(16)];

describe('devices made ready', () => {
  it('are handed out once, whole, and each its own', () => {
    const devices = new ReadyDevices(3);
    const kept = [ready(), ready('/', 'https://other.example'), ready(`/${'x'.repeat(301)}`)];
    for (const [index, one] of kept.entries()) devices.put(`device ${index}`, mark, one);
    expect(devices.size).toBe(3);
    for (const [index, one] of kept.entries()) {
      expect(devices.take(`device ${index}`, mark)).toEqual(one);
      expect(devices.take(`device ${index}`, mark)).toBeUndefined();
    }
    expect(devices.size).toBe(0);
  });

  it('are those of the channel that was opened, and of no other that the device has now', () => {
    const devices = new ReadyDevices(2);
    devices.put('device', mark, ready());
    expect([devices.has('device', mark), devices.has('device', other)]).toEqual([true, false]);
    expect(devices.take('device', other)).toBeUndefined();
    const now = ready('/now');
    devices.put('device', other, now);
    expect([devices.size, devices.has('device', mark)]).toEqual([1, false]);
    expect(devices.take('device', other)).toEqual(now);
  });

  it('are as many as there is room for, and room that was taken is there again', () => {
    const devices = new ReadyDevices(1);
    devices.put('one', mark, ready());
    devices.put('two', mark, ready());
    expect([devices.isFull, devices.has('one', mark), devices.has('two', mark)]).toEqual([
      ...[true, true, false],
    ]);
    devices.take('one', mark);
    devices.put('two', mark, ready());
    expect(devices.has('two', mark)).toBe(true);
    expect(new ReadyDevices(0).isFull).toBe(true);
  });

  it('are none whose address is longer than there is room for', () => {
    const devices = new ReadyDevices(1);
    devices.put('device', mark, ready(`/${'x'.repeat(302)}`));
    expect(devices.size).toBe(0);
  });

  it('leave no key behind', () => {
    const alloc = jest.spyOn(Buffer, 'alloc');
    const devices = new ReadyDevices(1);
    const memory = alloc.mock.results[0]!.value as Buffer;
    alloc.mockRestore();
    const one = ready();
    devices.put('device', mark, one);
    expect(memory.includes(one.keys.contentKey)).toBe(true);
    devices.take('device', mark);
    expect(memory.equals(Buffer.alloc(memory.length))).toBe(true);
  });
});
