import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import type { ServerHttp2Stream } from 'node:http2';
import fc from 'fast-check';
import webPush from 'web-push';
import { decryptBody } from '../../../test/push-service/aes128gcm.js';
import { Keyring } from '../../platform/keyring.js';
import type { Sealed } from '../../platform/keyring.js';
import { freshSecrets } from '../../platform/secrets.js';
import { markOf, sealChannel, type SealedDevice } from '../../subscriptions/channel-seal.js';
import { Opener } from '../opener.js';
import { answer, SpecServer } from './spec-origin.js';
import { WebPushChannel } from './web-push.channel.js';

const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const VAPID = new Map([['k', { publicKey, privateKey, subject: 'mailto:o@campana.invalid' }]]);
const DEVICES = 6;
const WORKERS = 2;
const PAYLOAD = Buffer.from('{"headline":"x"}');

/** What the service does with a request once it has read it: nobody knows, so all are recorded. */
const BEHAVIOURS = ['accept', 'busy', 'reset', 'refuse', 'go away'] as const;
type Behaviour = (typeof BEHAVIOURS)[number];

const device = fc.nat({ max: DEVICES - 1 });
const worker = fc.nat({ max: WORKERS - 1 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('prepare' as const), worker }),
  fc.record({ kind: fc.constant('crash' as const), worker }),
  fc.record({
    kind: fc.constant('send' as const),
    workers: fc.uniqueArray(worker, { minLength: 1 }),
    devices: fc.array(device, { minLength: 1, maxLength: 12 }),
    ahead: fc.boolean(),
    behaviours: fc.array(fc.constantFrom(...BEHAVIOURS), { maxLength: 6 }),
  }),
);

/** A sink that keeps every body that arrived whole, whatever it answers. */
class Recording {
  readonly bodies: { path: string; body: Buffer }[] = [];
  behaviours: Behaviour[] = [];

  handle(stream: ServerHttp2Stream, path: string): void {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      this.bodies.push({ path, body: Buffer.concat(parts) });
      this.answer(stream, this.behaviours.shift() ?? 'accept');
    });
  }

  private answer(stream: ServerHttp2Stream, behaviour: Behaviour): void {
    if (behaviour === 'accept') return answer(stream, 201);
    if (behaviour === 'busy') return answer(stream, 503);
    if (stream.destroyed) return;
    // REFUSED_STREAM: not processed, as it claims, and so it is sent again at once.
    if (behaviour === 'refuse') return stream.close(7);
    if (behaviour === 'reset') return stream.close(2);
    stream.session?.goaway(0, Math.max(0, (stream.id ?? 1) - 2));
    answer(stream, 201);
  }
}

describe('message keys', () => {
  const keys = Array.from({ length: DEVICES }, () => {
    const pair = createECDH('prime256v1');
    return { id: randomUUID(), pair, p256dh: pair.generateKeys(), auth: randomBytes(16) };
  });
  const keyring = Keyring.from(freshSecrets());
  const sealed: Sealed[] = [];
  const recording = new Recording();
  let server: SpecServer;
  let ca: string;

  beforeAll(async () => {
    ca = (await SpecServer.certificates).caPem;
    server = await SpecServer.start({}, (stream, headers) =>
      recording.handle(stream, String(headers[':path'])),
    );
  });
  afterAll(() => server.stop());

  const deviceOf = (index: number): SealedDevice => {
    const { id, p256dh, auth } = keys[index]!;
    const endpoint = `${server.origin}/push/${index}`;
    const { keyId, bytes } = (sealed[index] ??= sealChannel(keyring, id, {
      endpoint,
      p256dh,
      auth,
    }));
    const kept = { locale: 'en', vapidKeyId: 'k', missingSince: null };
    return { id, channel: bytes, channelKeyId: keyId, ...kept };
  };
  const newWorker = () => ({
    opener: new Opener(keyring, DEVICES),
    channel: new WebPushChannel({
      ...{ vapid: VAPID, allowPrivate: true, ca, clock: Date.now, onFault: () => undefined },
    }),
  });
  type Worker = ReturnType<typeof newWorker>;

  /** Tries each device once; with `ahead` all are encrypted before the first is sent to. */
  async function deliver({ opener, channel }: Worker, indices: number[], ahead: boolean) {
    const expires = new Date(Date.now() + 60_000);
    const envelope = { payload: PAYLOAD, topic: 'topic', expires };
    const devices = indices.map(deviceOf);
    const marked = devices.map((device) => ({ ...device, mark: markOf(device.channel) }));
    const addresses = await opener.begin(marked, async (ids) =>
      devices.filter(({ id }) => ids.includes(id)),
    )();
    const messages = addresses.map((address) => {
      if (typeof address === 'string') throw new Error(address);
      return { address, body: ahead ? channel.seal(address, envelope) : undefined };
    });
    await Promise.all(
      messages.map(({ address, body }) => channel.send(address, envelope, 0, body)),
    );
  }

  async function run(steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
    const workers = Array.from({ length: WORKERS }, newWorker);
    for (const one of steps) {
      if (one.kind === 'prepare') {
        for (let index = 0; index < DEVICES; index++)
          workers[one.worker]!.opener.prepare(deviceOf(index));
      } else if (one.kind === 'crash') {
        const left = workers[one.worker]!;
        workers[one.worker] = newWorker();
        await left.channel.close();
      } else {
        recording.behaviours = [...one.behaviours];
        await Promise.all(one.workers.map((at) => deliver(workers[at]!, one.devices, one.ahead)));
      }
    }
    await Promise.all(workers.map(({ channel }) => channel.close()));
  }

  it('are those of one message, whoever sends it, again or for the first time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        recording.bodies.length = 0;
        await run(steps);
        const salts = recording.bodies.map(({ body }) => body.toString('hex', 0, 16));
        const senders = recording.bodies.map(({ body }) => body.toString('hex', 21, 86));
        expect(new Set(salts).size).toBe(salts.length);
        expect(new Set(senders).size).toBe(senders.length);
        for (const { path, body } of recording.bodies) {
          const { pair, auth } = keys[Number(path.split('/').at(-1))]!;
          expect(decryptBody(body, pair, auth).plaintext).toEqual(PAYLOAD);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
