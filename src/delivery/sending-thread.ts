import { parentPort, workerData } from 'node:worker_threads';
import { Keyring } from '../platform/keyring.js';
import type { SealedDevice } from '../subscriptions/channel-seal.js';
import { LocalSender } from './local-sender.js';
import { Opener } from './opener.js';
import {
  packAnswers,
  unpack,
  type FromThread,
  type HeardAnswers,
  type ThreadSetup,
  type ToThread,
} from './thread-messages.js';
import { WebPushChannel } from './web-push/web-push.channel.js';

/** Where {@link ThreadSender} starts a thread: it opens, encrypts and sends apart from all else. */
const port = parentPort!;
const { keyring, keysAhead, ...options } = workerData as ThreadSetup;
/** By host and what it came to. */
let heard = new Map<string, HeardAnswers>();
/** Whoever waits for channels, by consignment. */
const reading = new Map<number, (devices: SealedDevice[]) => void>();

const sender = new LocalSender(
  new Opener(Keyring.shared(keyring), keysAhead),
  new WebPushChannel({
    ...options,
    clock: Date.now,
    onFault: (fault) => tell({ kind: 'fault', fault }),
    onAnswer: ({ host, outcome: { kind }, millis }) => hear(host, kind, millis),
  }),
);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (message: FromThread) => port.postMessage(message);

function hear(host: string, kind: HeardAnswers['kind'], millis: number): void {
  const name = `${host} ${kind}`;
  const alike = heard.get(name);
  if (alike) alike.millis.push(millis);
  else heard.set(name, { host, kind, millis: [millis] });
}

function takeHeard(): HeardAnswers[] {
  const taken = [...heard.values()];
  heard = new Map();
  return taken;
}

function channels(id: number, ids: string[]): Promise<SealedDevice[]> {
  tell({ kind: 'unread', id, ids: ids.join() });
  return new Promise((resolve) => reading.set(id, resolve));
}

async function send({ id, devices, message }: ToThread & { kind: 'send' }): Promise<void> {
  const consignment = { ...message, devices: unpack(devices, 'mark') };
  const sending = sender.send(consignment, (ids) => channels(id, ids));
  // One that cannot be sent takes no other along.
  const sent = await sending.catch((error: Error) => error);
  if (sent instanceof Error) return tell({ kind: 'refused', id, why: sent.message });
  const rest = { took: sent.took, heard: takeHeard(), ready: sender.prepared };
  tell({ kind: 'sent', id, answered: packAnswers(sent), ...rest });
  for (let later = await sent.next; later; later = await later.next)
    tell({ kind: 'answered', id, answered: packAnswers(later), heard: takeHeard() });
}

async function heed(message: ToThread): Promise<void> {
  switch (message.kind) {
    case 'send':
      return send(message);
    case 'channels':
      reading.get(message.id)?.(unpack(message.devices, 'channel'));
      return void reading.delete(message.id);
    case 'prepare': {
      const devices = unpack(message.devices, 'channel');
      const goOn = await sender.prepare(devices, message.areLast);
      return tell({ kind: 'prepared', id: message.id, goOn, ready: sender.prepared });
    }
    case 'settled':
      return sender.settled(message.devices, message.millis);
    case 'hold':
      return sender.hold(message.held);
    case 'close':
      await sender.close();
      // The last answers are told first.
      await new Promise(setImmediate);
      port.close();
  }
}

port.on('message', (message: ToThread) => void heed(message));
