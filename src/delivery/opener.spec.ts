import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { Keyring } from '../platform/keyring.js';
import { freshSecrets } from '../platform/secrets.js';
import { markOf, sealChannel, type SealedDevice } from '../subscriptions/channel-seal.js';
import type { PushAddress } from './channel.js';
import { Opener } from './opener.js';

const keyring = Keyring.from(freshSecrets());
const p256dh = createECDH('prime256v1').generateKeys();
const auth = randomBytes(16);

function device(path: string, id: string = randomUUID(), vapidKeyId = 'k'): SealedDevice {
  const endpoint = `https://push.example.org/${path}`;
  const { keyId, bytes } = sealChannel(keyring, id, { endpoint, p256dh, auth });
  return { id, channel: bytes, channelKeyId: keyId, locale: 'en', vapidKeyId, missingSince: null };
}
const marked = ({ channel, ...rest }: SealedDevice) => ({ ...rest, mark: markOf(channel) });
const open = (opener: Opener, now: SealedDevice[], read = now) =>
  opener.begin(now.map(marked), async (ids) => read.filter(({ id }) => ids.includes(id)))();
const shown = (address: PushAddress | string) =>
  typeof address === 'string' ? address : [address.url?.path, address.vapidKeyId, !!address.keys];

describe('an opener', () => {
  it('answers for each device, in their order, whoever was ready', async () => {
    const opener = new Opener(keyring, 2);
    const [ready, read, gone, broken] = ['a', 'b', 'c', 'd'].map((path) => device(path));
    opener.prepare(ready!);
    const torn = { ...broken!, channel: Buffer.concat([randomBytes(9), broken!.channel]) };
    const of = [gone!, ready!, torn, read!];
    expect((await open(opener, of, [read!, torn])).map(shown)).toEqual([
      ...['unread', ['/a', 'k', true], 'unreadable', ['/b', 'k', false]],
    ]);
  });

  it('has room for whoever subscribed anew, with its places all taken', async () => {
    const opener = new Opener(keyring, 1);
    const then = device('then');
    const now = device('now', then.id, 'new');
    expect(opener.prepare(then)).toBe(true);
    expect(opener.prepare(device('other'))).toBe(false);
    expect(opener.prepare(now)).toBe(true);
    expect((await open(opener, [now], [])).map(shown)).toEqual([['/now', 'new', true]]);
  });

  it('keeps nothing of a channel that is no more, once the device is sent to', async () => {
    const opener = new Opener(keyring, 1);
    const then = device('then');
    const now = device('now', then.id);
    opener.prepare(then);
    expect((await open(opener, [now])).map(shown)).toEqual([['/now', 'k', false]]);
    expect(opener.size).toBe(0);
  });

  it('forgets whoever was not there when all were looked through, and nobody else', () => {
    const opener = new Opener(keyring, 3);
    const [stays, leaves, comes] = ['a', 'b', 'c'].map((path) => device(path));
    for (const one of [stays!, leaves!]) opener.prepare(one);
    opener.forgetOthers();
    expect(opener.size).toBe(2);
    for (const one of [stays!, comes!]) opener.prepare(one);
    opener.forgetOthers();
    expect(opener.size).toBe(2);
    for (const one of [stays!, comes!]) opener.prepare(one);
    opener.forgetOthers();
    expect(opener.size).toBe(2);
    opener.forgetOthers();
    expect(opener.size).toBe(0);
  });

  it('takes the push key that the device has now', async () => {
    const opener = new Opener(keyring, 1);
    const one = device('a');
    opener.prepare(one);
    expect((await open(opener, [{ ...one, vapidKeyId: 'new' }], [])).map(shown)).toEqual([
      ['/a', 'new', true],
    ]);
  });
});
