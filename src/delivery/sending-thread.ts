import { parentPort, workerData } from 'node:worker_threads';
import { Keyring } from '../platform/keyring.js';
import { LocalSender } from './local-sender.js';
import {
  unpack,
  type FromThread,
  type HeardAnswer,
  type ThreadSetup,
  type ToThread,
} from './thread-messages.js';
import { WebPushChannel } from './web-push/web-push.channel.js';

/** Where {@link ThreadSender} starts a thread: it opens, encrypts and sends apart from all else. */
const port = parentPort!;
const { keyring, ...options } = workerData as ThreadSetup;
let heard: HeardAnswer[] = [];

const sender = new LocalSender(
  Keyring.shared(keyring),
  new WebPushChannel({
    ...options,
    clock: Date.now,
    onFault: (fault) => tell({ kind: 'fault', fault }),
    onAnswer: (answer) => heard.push(answer),
  }),
);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (message: FromThread) => port.postMessage(message);

function takeHeard(): HeardAnswer[] {
  const taken = heard;
  heard = [];
  return taken;
}

async function send({ id, devices, message }: ToThread & { kind: 'send' }): Promise<void> {
  const { done, out, late, took } = await sender.send({ ...message, devices: unpack(devices) });
  tell({ kind: 'sent', id, done, out, took, heard: takeHeard(), ready: sender.prepared });
  if (out.length > 0) tell({ kind: 'late', id, late: await late, heard: takeHeard() });
}

async function heed(message: ToThread): Promise<void> {
  switch (message.kind) {
    case 'send':
      return send(message);
    case 'prepare': {
      const goOn = await sender.prepare(unpack(message.devices));
      return tell({ kind: 'prepared', id: message.id, goOn, ready: sender.prepared });
    }
    case 'settled':
      return sender.settled(message.devices);
    case 'hold':
      return sender.hold(message.held);
    case 'close':
      await sender.close();
      port.close();
  }
}

port.on('message', (message: ToThread) => void heed(message));
