import type { SealedDevice } from '../subscriptions/channel-seal.js';
import { Worker } from 'node:worker_threads';
import type { Answered, Consignment, ReadChannels, Sender, Sent } from './sender.js';
import {
  pack,
  unpackAnswers,
  type FromThread,
  type HeardAnswers,
  type PackedAnswers,
  type PackedDevices,
  type ThreadSetup,
  type ToThread,
} from './thread-messages.js';
import type { Fault } from './web-push/origin-options.js';

export interface ThreadEvents {
  onFault: (fault: Fault) => void;
  onAnswers: (answers: HeardAnswers) => void;
  /** It died; the next consignment starts another. */
  onDeath: (error: Error) => void;
}

/** Whatever belongs to a batch dies young: with room for two of them the collector has little to do. */
const YOUNG_MB = 48;

/** Whoever waits for an answer of the thread. */
interface Waiting<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** Sends in a thread of its own, so that requests are answered while thousands are told. */
export class ThreadSender implements Sender {
  #thread: Worker | undefined;
  #exited: Promise<void> = Promise.resolve();
  #held = false;
  #closing = false;
  #ids = 0;
  #prepared = 0;
  readonly #sent = new Map<number, Waiting<Sent>>();
  readonly #next = new Map<number, Waiting<Answered>>();
  /** By consignment that is not sent yet. */
  readonly #channels = new Map<number, ReadChannels>();
  readonly #preparing = new Map<number, Waiting<boolean>>();

  constructor(
    private readonly setup: ThreadSetup,
    private readonly events: ThreadEvents,
  ) {}

  send({ devices, ...message }: Consignment, channels: ReadChannels): Promise<Sent> {
    return this.#ask(this.#sent, pack(devices, 'mark'), (id, packed) => {
      this.#channels.set(id, channels);
      return { kind: 'send', id, devices: packed, message };
    });
  }

  prepare(devices: SealedDevice[], areLast: boolean): Promise<boolean> {
    return this.#ask(this.#preparing, pack(devices, 'channel'), (id, packed) => {
      return { kind: 'prepare', id, devices: packed, areLast };
    });
  }

  get prepared(): number {
    return this.#prepared;
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#thread?.postMessage({ kind: 'hold', held } satisfies ToThread);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#thread?.postMessage({ kind: 'close' } satisfies ToThread);
    await this.#exited;
  }

  #ask<T>(
    waiting: Map<number, Waiting<T>>,
    devices: PackedDevices,
    messageOf: (id: number, devices: PackedDevices) => ToThread,
  ): Promise<T> {
    if (this.#closing) return Promise.reject(new Error('the sender is closed'));
    const thread = this.#running();
    const id = this.#ids++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      thread.postMessage(messageOf(id, devices), [devices.bytes.buffer]);
    });
  }

  async #read(id: number, ids: string[], thread: Worker): Promise<void> {
    const devices = pack((await this.#channels.get(id)?.(ids)) ?? [], 'channel');
    const message: ToThread = { kind: 'channels', id, devices };
    thread.postMessage(message, [devices.bytes.buffer]);
  }

  #running(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(new URL('./sending-thread.js', import.meta.url), {
      workerData: this.setup,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#thread = thread;
    let cause = new Error('the sending thread ended');
    thread.on('message', (message: FromThread) => this.#heed(message, thread));
    thread.on('error', (error) => (cause = error as Error));
    this.#exited = new Promise((resolve) => {
      thread.on('exit', () => {
        this.#ended(cause);
        resolve();
      });
    });
    if (this.#held) this.hold(true);
    return thread;
  }

  #heed(message: FromThread, thread: Worker): void {
    if (message.kind === 'fault') return this.events.onFault(message.fault);
    const { id } = message;
    if (message.kind === 'unread') return void this.#read(id, message.ids.split(','), thread);
    if (message.kind === 'refused') return this.#refuse(id, new Error(message.why));
    if (message.kind !== 'answered') this.#prepared = message.ready;
    if (message.kind === 'prepared') return settle(this.#preparing, id, message.goOn);
    for (const answers of message.heard) this.events.onAnswers(answers);
    const waiting = this.#next.get(id);
    this.#next.delete(id);
    const answered = this.#answered(id, message.answered);
    if (message.kind === 'answered') return waiting?.resolve(answered);
    this.#channels.delete(id);
    const settled = (devices: number, millis?: number) =>
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.postMessage({ kind: 'settled', devices, millis } satisfies ToThread);
    settle(this.#sent, id, { ...answered, took: message.took, settled });
  }

  #answered(id: number, packed: PackedAnswers): Answered {
    const answered = unpackAnswers(packed);
    if (answered.out.length === 0) return answered;
    const { promise: next, ...waiting } = Promise.withResolvers<Answered>();
    // Whoever takes it up hears of a death; until then it is nobody's.
    next.catch(() => undefined);
    this.#next.set(id, waiting);
    return { ...answered, next };
  }

  #refuse(id: number, cause: Error): void {
    this.#channels.delete(id);
    this.#sent.get(id)?.reject(cause);
    this.#sent.delete(id);
  }

  #ended(cause: Error): void {
    this.#thread = undefined;
    this.#prepared = 0;
    this.#channels.clear();
    for (const waiting of [this.#sent, this.#next, this.#preparing]) {
      for (const { reject } of waiting.values()) reject(cause);
      waiting.clear();
    }
    if (!this.#closing) this.events.onDeath(cause);
  }
}

function settle<T>(waiting: Map<number, Waiting<T>>, id: number, value: T): void {
  waiting.get(id)?.resolve(value);
  waiting.delete(id);
}
