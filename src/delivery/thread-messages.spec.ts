import { randomBytes, randomUUID } from 'node:crypto';
import { pack, unpack } from './thread-messages.js';

const device = (locale: string, vapidKeyId: string | null, bytes = 16) => ({
  ...{ id: randomUUID(), locale, channelKeyId: '1', vapidKeyId, missingSince: null },
  channel: randomBytes(bytes),
});

describe('devices on their way to another thread', () => {
  it('come each with its own bytes, also where those who are alike came apart', () => {
    const devices = [
      device('en', 'a', 540),
      device('es', 'a', 1_052),
      device('en', 'a', 540),
      device('en', null, 1_052),
      device('es', 'a', 540),
    ];
    const packed = pack(devices, 'channel');
    expect(packed.rows).toHaveLength(3);
    const came = new Map(unpack(packed, 'channel').map((one) => [one.id, one]));
    for (const one of devices) expect(came.get(one.id)).toEqual(one);
    expect(came.size).toBe(devices.length);
  });

  it('take along nothing of what their bytes are a part of', () => {
    const block = randomBytes(4_096);
    const one = { ...device('en', 'a'), channel: block.subarray(100, 116) };
    const packed = pack([one], 'channel');
    expect(packed.bytes.buffer.byteLength).toBe(16);
    block.fill(0, 0, 100).fill(0, 116);
    const channel = Buffer.from(one.channel);
    block.fill(0);
    expect(unpack(packed, 'channel')).toEqual([{ ...one, channel }]);
  });

  it('may be none', () => {
    expect(unpack(pack([], 'channel'), 'channel')).toEqual([]);
  });
});
