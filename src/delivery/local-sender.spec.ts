import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import webPush from 'web-push';
import { Keyring } from '../platform/keyring.js';
import { markOf, sealChannel, type SealedDevice } from '../subscriptions/channel-seal.js';
import { LocalSender } from './local-sender.js';
import { Opener } from './opener.js';
import { BATCH_SIZE, type Consignment, type Sent } from './sender.js';
import { answer, SpecServer } from './web-push/spec-origin.js';
import { WebPushChannel } from './web-push/web-push.channel.js';

const key = () => randomBytes(32).toString('base64url');
const keyring = Keyring.from({ AREA_KEY: key(), TOKEN_KEY: key(), DATA_KEYS: `1:${key()}` });
const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const vapid = new Map([['k', { publicKey, privateKey, subject: 'mailto:o@campana.invalid' }]]);
const p256dh = createECDH('prime256v1').generateKeys();
const auth = randomBytes(16);

describe('whoever sends batch after batch', () => {
  let server: SpecServer;
  let sender: LocalSender;

  beforeEach(async () => {
    server = await SpecServer.start({}, (stream) => answer(stream, 201));
    const { caPem: ca } = await SpecServer.certificates;
    const heard = { clock: Date.now, onFault: () => undefined };
    const channel = new WebPushChannel({ vapid, allowPrivate: true, ca, ...heard });
    sender = new LocalSender(new Opener(keyring, BATCH_SIZE), channel);
  });
  afterEach(async () => {
    await sender.close();
    await server.stop();
  });

  const device = (): SealedDevice => {
    const id = randomUUID();
    const endpoint = `${server.origin}/${id}`;
    const { keyId, bytes } = sealChannel(keyring, id, { endpoint, p256dh, auth });
    const kept = { locale: 'en', vapidKeyId: 'k', missingSince: null };
    return { id, channel: bytes, channelKeyId: keyId, ...kept };
  };
  /** What the database holds, and the ids that it was asked for. */
  const read = (devices: SealedDevice[], asked: string[] = []) => {
    return async (ids: string[]) => {
      asked.push(...ids);
      return devices.filter(({ id }) => ids.includes(id));
    };
  };
  const sendTo = (devices: SealedDevice[], channels = read(devices), change = {}) =>
    sender.send(
      {
        devices: devices.map(({ channel, ...rest }) => ({ ...rest, mark: markOf(channel) })),
        ...{ payloads: { en: '{}' }, topic: 'topic', expires: new Date(Date.now() + 60_000) },
        ...{ exercise: false, attempts: 0, heldUntil: Infinity },
        ...change,
      },
      channels,
    );
  const send = (size: number, change: Partial<Consignment> = {}) =>
    sendTo(Array.from({ length: size }, device), undefined, change);
  const kinds = async ({ done, next }: Sent) => {
    const all = [...done];
    for (let later = await next; later; later = await later.next) all.push(...later.done);
    return Map.groupBy(all, ({ outcome }) => outcome.kind);
  };
  const counts = async (sent: Sent) =>
    Object.fromEntries([...(await kinds(sent))].map(([kind, of]) => [kind, of.length]));

  /** A batch that is sent and not written down, and one that waits for its places. */
  async function twoBatches(change: Partial<Consignment> = {}): Promise<[Sent, Sent]> {
    const [first, second] = await Promise.all([send(BATCH_SIZE), send(3, change)]);
    expect(await counts(first)).toEqual({ accepted: BATCH_SIZE });
    expect({ done: second.done, out: second.out.length }).toEqual({ done: [], out: 3 });
    expect(server.paths).toHaveLength(BATCH_SIZE);
    return [first, second];
  }

  it('sends nothing of one before those sent to are written down, and then each once', async () => {
    const [first, second] = await twoBatches();
    first.settled(BATCH_SIZE);
    expect(await counts(second)).toEqual({ accepted: 3 });
    expect(new Set(server.paths).size).toBe(BATCH_SIZE + 3);
    expect(server.paths).toHaveLength(BATCH_SIZE + 3);
  });

  it('puts off whoever waits when a pause begins, and has all places again after it', async () => {
    const [first, second] = await twoBatches();
    sender.hold(true);
    expect(await counts(second)).toEqual({ retry: 3 });
    expect(await counts(await send(2))).toEqual({ retry: 2 });
    sender.hold(false);
    expect(server.paths).toHaveLength(BATCH_SIZE);
    for (const places of [BATCH_SIZE, 3, 2]) first.settled(places);
    expect(await counts(await send(BATCH_SIZE))).toEqual({ accepted: BATCH_SIZE });
  });

  it('puts off whoever’s turn comes when another may have taken them over', async () => {
    const [first, second] = await twoBatches({ heldUntil: performance.now() + 100 });
    first.settled(BATCH_SIZE);
    expect(await counts(second)).toEqual({ retry: 3 });
    expect(server.paths).toHaveLength(BATCH_SIZE);
  });

  it('reads nothing of devices that were made ready, and of the others all', async () => {
    const [ready, other, moved] = [device(), device(), device()];
    expect(await sender.prepare([ready, moved], true)).toBe(true);
    expect(sender.prepared).toBe(2);
    // It subscribed anew meanwhile: what was opened is not where it is reached now.
    const now = { ...device(), id: moved.id };
    const endpoint = `${server.origin}/moved`;
    const { keyId, bytes } = sealChannel(keyring, now.id, { endpoint, p256dh, auth });
    Object.assign(now, { channel: bytes, channelKeyId: keyId });
    const asked: string[] = [];
    const sent = await sendTo([ready, other, now], read([ready, other, now], asked));
    expect(await counts(sent)).toEqual({ accepted: 3 });
    expect(asked).toEqual([other.id, now.id]);
    expect(server.paths.sort()).toEqual([`/${ready.id}`, `/${other.id}`, '/moved'].sort());
    // What was made ready is used up, for one message.
    await sendTo([ready], read([ready], asked));
    expect(asked).toEqual([other.id, now.id, ready.id]);
  });

  it('tries those again whose channel was not read, and tells of those that do not open', async () => {
    const [gone, broken] = [device(), device()];
    broken.channel = device().channel;
    const { done } = await sendTo([gone, broken], read([broken]));
    expect(done).toMatchObject([
      { id: gone.id, host: 'unreadable', outcome: { kind: 'retry', uncertain: false } },
      { id: broken.id, host: 'unreadable', outcome: { kind: 'fault', status: 0 } },
    ]);
    expect(server.paths).toEqual([]);
  });

  it('goes on when one cannot be sent, because its words are gone', async () => {
    const [gone, next] = await Promise.allSettled([
      send(BATCH_SIZE, { payloads: {} }),
      send(BATCH_SIZE),
    ]);
    expect(gone.status).toBe('rejected');
    if (next.status === 'rejected') throw next.reason;
    expect(await counts(next.value)).toEqual({ accepted: BATCH_SIZE });
    expect(await sender.prepare([device()], true)).toBe(true);
  });
});
