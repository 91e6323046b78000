import { jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import webPush from 'web-push';
import type { ReadChannels, Sent } from '../src/delivery/sender.js';
import { ThreadSender } from '../src/delivery/thread-sender.js';
import { Keyring } from '../src/platform/keyring.js';
import { freshSecrets } from '../src/platform/secrets.js';

/** Whoever waits for channels must hear, whatever becomes of the thread that asked for them. */
describe('the sending thread, while channels are read', () => {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  const vapid = new Map([['k', { publicKey, privateKey, subject: 'mailto:o@campana.invalid' }]]);
  const keyring = Keyring.from(freshSecrets()).share();
  const died: Error[] = [];
  let sender: ThreadSender;

  beforeEach(() => {
    died.length = 0;
    sender = new ThreadSender(
      { keyring, vapid, allowPrivate: true, keysAhead: 10 },
      { onFault: () => {}, onAnswers: () => {}, onDeath: (error) => died.push(error) },
    );
  });
  afterEach(() => sender.close());

  const device = () => ({
    ...{ id: randomUUID(), mark: randomBytes(16), locale: 'en' },
    ...{ channelKeyId: '1', vapidKeyId: 'k', missingSince: null },
  });
  const send = (channels: ReadChannels, payloads: Record<string, string> = { en: '{}' }) =>
    sender.send(
      {
        ...{ devices: [device(), device()], payloads, topic: 'topic' },
        ...{ expires: new Date(Date.now() + 60_000), exercise: false },
        ...{ attempts: 0, heldUntil: Infinity },
      },
      channels,
    );
  const kinds = ({ done }: Sent) => done.map(({ outcome }) => outcome.kind);

  /** A consignment whose channels were asked for and are not there yet. */
  async function waiting(payloads?: Record<string, string>) {
    const asked = Promise.withResolvers<string[]>();
    const read = Promise.withResolvers<[]>();
    const sent = send((ids) => (asked.resolve(ids), read.promise), payloads);
    const outcome = sent.then(kinds, (error: Error) => error);
    expect(await asked.promise).toHaveLength(2);
    return { outcome, read };
  }

  it('goes on with the next when they are there', async () => {
    const first = await waiting();
    const next = send(async () => []);
    first.read.resolve([]);
    expect(await first.outcome).toEqual(['retry', 'retry']);
    expect(kinds(await next)).toEqual(['retry', 'retry']);
  });

  it('may be closed: whoever waits hears that nothing was sent', async () => {
    const { outcome, read } = await waiting();
    await sender.close();
    expect(await outcome).toBeInstanceOf(Error);
    read.resolve([]);
    expect(died).toEqual([]);
  });

  it('refuses one that cannot be sent, because its words are gone, and goes on with the others', async () => {
    const first = await waiting();
    const refused = send(async () => [], {});
    first.read.resolve([]);
    await expect(refused).rejects.toThrow();
    expect(await first.outcome).toEqual(['retry', 'retry']);
    expect(kinds(await send(async () => []))).toEqual(['retry', 'retry']);
    expect(died).toEqual([]);
  });

  it('may die: whoever waits hears of it, and the next one has another thread', async () => {
    const told = jest.spyOn(Worker.prototype, 'postMessage');
    const first = await waiting();
    const [thread] = told.mock.contexts as Worker[];
    told.mockRestore();
    await thread!.terminate();
    expect(await first.outcome).toBeInstanceOf(Error);
    const second = await waiting();
    second.read.resolve([]);
    expect(await second.outcome).toEqual(['retry', 'retry']);
    expect(died).toHaveLength(1);
  });

  it('may be paused: it goes on, and puts off whoever it has read', async () => {
    const { outcome, read } = await waiting();
    sender.hold(true);
    read.resolve([]);
    expect(await outcome).toEqual(['retry', 'retry']);
  });
});
