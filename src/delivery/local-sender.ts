import type { SealedDevice } from '../subscriptions/channel-seal.js';
import { localeFinder } from '../platform/locale.js';
import type { Envelope, PushAddress } from './channel.js';
import { putOff } from './outcome.js';
import type { NoAddress, Opener } from './opener.js';
import type { Answered, Consignment, ReadChannels, Sender, Sent } from './sender.js';
import { BATCH_SIZE, MANY_PLACES, UNREADABLE } from './sender.js';
import { Places } from './places.js';
import { Portions, type Portion } from './portions.js';
import type { Attempt } from './settlement.js';
import type { WebPushChannel } from './web-push/web-push.channel.js';

/** Keys made before others get their turn: a few milliseconds. */
const KEYS_AT_ONCE = 8;

/** Sends in the thread that calls it. */
export class LocalSender implements Sender {
  #sending = 0;
  /** Of devices sent to and not written down yet: only those are sent to again when it dies. */
  readonly #places = new Places(BATCH_SIZE);
  /** Written down while others are out, so that the next get their places. */
  readonly #answers = new Portions<Attempt>(MANY_PLACES, () => performance.now());
  /** Whoever comes later is opened when the first answers to those before are in. */
  #answered: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly opener: Opener,
    private readonly channel: WebPushChannel,
  ) {}

  send(consignment: Consignment, channels: ReadChannels): Promise<Sent> {
    this.#sending += 1;
    const opened = this.opener.begin(consignment.devices, channels);
    const sent = this.#answered.then(() => this.#send(consignment, opened));
    // What cannot be sent holds up nobody after it.
    this.#answered = sent.catch(() => (this.#sending -= 1));
    return sent;
  }

  async #send(consignment: Consignment, opened: ReturnType<Opener['begin']>): Promise<Sent> {
    const envelopeFor = envelopesOf(consignment);
    const started = performance.now();
    const { encryptMillis } = this.channel;
    const envelopes = consignment.devices.map(({ locale }) => envelopeFor(locale));
    const addresses = await opened();
    const open = performance.now() - started;
    const attempts = consignment.devices.map(({ id }, index) => {
      const [address, envelope] = [addresses[index]!, envelopes[index]!];
      const attempt = (body?: Buffer) => this.#attempt(id, address, envelope, consignment, body);
      const place = this.#places.take();
      if (!place) return attempt();
      // Whoever waits is encrypted meanwhile.
      const body = isAddress(address) ? this.channel.seal(address, envelope) : undefined;
      return place.then(() => attempt(body));
    });
    void Promise.all(attempts).then(() => (this.#sending -= 1));
    const portion = await this.#answers.of(attempts);
    return {
      ...answeredOf(portion, consignment),
      took: { open, encrypt: this.channel.encryptMillis - encryptMillis },
      settled: (devices, millis) => this.settled(devices, millis),
    };
  }

  /** See {@link Sent.settled}. */
  settled(devices: number, millis?: number): void {
    if (millis !== undefined) this.#answers.wrote(millis);
    this.#places.give(devices);
  }

  async prepare(devices: SealedDevice[], areLast: boolean): Promise<boolean> {
    for (const [index, device] of devices.entries()) {
      if (index % KEYS_AT_ONCE === 0) await new Promise(setImmediate);
      if (this.#sending > 0) return false;
      if (!this.opener.prepare(device)) return false;
    }
    if (areLast) this.opener.forgetOthers();
    return true;
  }

  get prepared(): number {
    return this.opener.size;
  }

  hold(held: boolean): void {
    this.channel.hold(held);
    // It sends nothing now: what waits for a place is put off like the rest.
    this.#places.boundless(held);
  }

  close(): Promise<void> {
    const closed = this.channel.close();
    this.#places.boundless(true);
    return closed;
  }

  #attempt(
    id: string,
    address: PushAddress | NoAddress,
    envelope: Envelope,
    { attempts, heldUntil }: Consignment,
    body: Buffer | undefined,
  ): Promise<Attempt> {
    if (!isAddress(address)) return Promise.resolve(notSent(id, address));
    const of = { id, host: address.url?.host ?? UNREADABLE, keyId: address.vapidKeyId };
    if (performance.now() >= heldUntil)
      return Promise.resolve({ ...of, outcome: putOff(0, Math.random) });
    const sent = this.channel.send(address, envelope, attempts, body);
    return sent.then((outcome) => ({ ...of, outcome }));
  }
}

function answeredOf({ done, out, next }: Portion<Attempt>, consignment: Consignment): Answered {
  return {
    done,
    out: out.map((index) => consignment.devices[index]!.id),
    ...(next && { next: next.then((portion) => answeredOf(portion, consignment)) }),
  };
}

const isAddress = (address: PushAddress | NoAddress) => typeof address !== 'string';

/** One envelope per locale, made when it is first needed. */
function envelopesOf({ payloads, topic, expires, exercise }: Consignment) {
  const nearest = localeFinder(Object.keys(payloads));
  const made = remembering((key: string): Envelope => {
    return { payload: Buffer.from(payloads[key]!), topic, expires, exercise };
  });
  return remembering((locale: string) => made(nearest(locale) ?? 'en'));
}

function remembering<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}

/** One that does not open is kept, for when its key is given again; one that was not read is tried again. */
const notSent = (id: string, why: NoAddress): Attempt => ({
  id,
  host: UNREADABLE,
  keyId: null,
  outcome: why === 'unread' ? putOff(0, Math.random) : { kind: 'fault', status: 0 },
});
