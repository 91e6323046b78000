import type { Outcome } from '../channel.js';
import type { Answer, Failure } from '../outcome.js';
import { judge, putOff, RETRY_AFTER_DEFAULT_MS } from '../outcome.js';
import type { Target } from './connection.js';
import { Connector } from './connector.js';
import type { Push } from './message.js';
import { Message } from './message.js';
import { OriginBreaker } from './origin-breaker.js';
import type { OriginOptions } from './origin-options.js';
import type { PushRequest, Transport } from './transport.js';
import { Window } from './window.js';

const MAX_RESENDS = 2;
const MAX_LOST_CONNECTIONS = 3;

const OUR_FAULT: ReadonlySet<number> = new Set([400, 401, 403]);

/** All traffic to one push origin: its connection, its queue, its breakers, its one timer. */
export class PushOrigin {
  readonly #host: string;
  readonly #options: OriginOptions;
  readonly #breaker: OriginBreaker;
  readonly #window: Window;
  readonly #connector: Connector;
  #waiting: Message[] = [];
  /** Handed to a transport and not released yet. */
  readonly #underWay = new Set<Message>();
  #unsettled = 0;
  #lastSign = 0;
  /** Connections lost since the last answer. */
  #lost = 0;
  #sweeper: NodeJS.Timeout | undefined;
  #held = false;
  #closing = false;
  #closed: (() => void) | undefined;

  constructor(target: Target, options: OriginOptions) {
    this.#host = target.hostname;
    this.#options = options;
    this.#breaker = new OriginBreaker(options.limits.breaker);
    this.#window = new Window(options.limits.maxConcurrent);
    this.#connector = new Connector(target, options.limits.maxConcurrent, {
      connected: () => {
        this.#lastSign = options.clock();
        this.#pump();
      },
      failed: (failure) => this.#unreachable(failure),
      room: () => this.#pump(),
      left: () => this.#connectionLost(),
    });
  }

  /** Nothing under way, and nothing to remember about the host. */
  isIdle(now: number): boolean {
    return this.#unsettled + this.#underWay.size === 0 && this.#breaker.isQuiet(now);
  }

  /** Never rejects. */
  send(push: Push): Promise<Outcome> {
    const now = this.#options.clock();
    const { random, limits } = this.#options;
    if (this.#closing || this.#waiting.length >= limits.maxWaiting)
      return Promise.resolve(putOff(0, random));
    const { wait, trialOf } = this.#breaker.admit(now, push.keyId);
    if (wait > 0) return Promise.resolve(putOff(wait, random));
    return new Promise((resolve) => {
      if (this.#unsettled === 0) this.#lastSign = now;
      this.#unsettled += 1;
      this.#waiting.push(new Message(push, trialOf, now, this.#owner, resolve));
      this.#sweeper ??= setInterval(() => this.#sweep(), limits.sweepMs);
      this.#pump();
    });
  }

  /** What waits is put off and stays so; what is under way settles. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) this.#putOffWaiting();
  }

  /** What waits is put off, what is under way settles first. */
  close(): Promise<void> {
    this.#closing = true;
    this.#putOffWaiting();
    for (const message of this.#underWay) if (message.settled) message.handle?.cancel();
    return new Promise((resolve) => {
      this.#closed = resolve;
      this.#closeIfDone();
    });
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const { transport } = this.#connector;
      if (transport === undefined) return this.#connector.connect();
      if (transport.room === 0 || this.#underWay.size >= this.#window.size) return;
      this.#handOver(this.#waiting.shift()!, transport);
    }
  }

  #handOver(message: Message, transport: Transport): void {
    const now = this.#options.clock();
    const ttl = Math.floor((message.expires - now) / 1000);
    if (!(ttl >= 1)) return this.#settle(message, { kind: 'expired' }, now);
    message.startedAt = now;
    try {
      message.handle = transport.send(this.#request(message.push, ttl, now), message);
    } catch {
      return this.#settle(message, { kind: 'fault', status: 0 }, now);
    }
    this.#underWay.add(message);
  }

  #request(push: Push, ttl: number, now: number): PushRequest {
    return {
      path: push.path,
      authorization: this.#options.authorization(now, push.keyId),
      ttl: String(ttl),
      topic: push.envelope.topic,
      body: this.#options.body(push),
    };
  }

  readonly #owner = {
    heard: (message: Message, answer: Answer) => {
      if ('status' in answer) {
        this.#lastSign = this.#options.clock();
        this.#lost = 0;
      }
      if (!message.settled) this.#conclude(message, answer);
    },
    notProcessed: (message: Message) => {
      if (message.settled) return;
      const blocked = message.trialOf.length === 0 && this.#blockedFor(message) > 0;
      if (this.#closing || this.#held || blocked || message.resends >= MAX_RESENDS) {
        return this.#conclude(message, { failure: 'refused', sent: false });
      }
      message.resends += 1;
      this.#waiting.unshift(message);
      this.#pump();
    },
    released: (message: Message) => {
      this.#underWay.delete(message);
      this.#pump();
      this.#closeIfDone();
    },
  };

  #conclude(message: Message, answer: Answer): void {
    const now = this.#options.clock();
    const outcome = judge(answer, {
      now,
      expires: message.expires,
      attempt: message.push.attempt,
      random: this.#options.random,
    });
    if ('status' in answer) this.#learn(message, answer.status, outcome, now);
    else for (const breaker of message.trialOf) breaker.silent(now);
    this.#settle(message, outcome, now);
    if (this.#waiting.length > 0) this.#putOffBlocked(now, message.push.keyId);
  }

  #learn(
    { push: { keyId }, startedAt }: Message,
    status: number,
    outcome: Outcome,
    now: number,
  ): void {
    if (outcome.kind === 'accepted') {
      this.#window.accepted();
      return this.#breaker.accepted(keyId);
    }
    if (status === 429) {
      this.#window.tooMany(startedAt, now);
      const ms = outcome.kind === 'retry' ? outcome.afterMs : RETRY_AFTER_DEFAULT_MS;
      return this.#breaker.pause(now, ms, keyId);
    }
    if (!OUR_FAULT.has(status)) return this.#breaker.answered(keyId);
    if (this.#breaker.fault(now, keyId)) this.#options.onFault({ host: this.#host, status, keyId });
  }

  #settle(message: Message, outcome: Outcome, now: number): void {
    if (message.settled) return;
    message.settled = true;
    this.#unsettled -= 1;
    for (const breaker of message.trialOf) breaker.abandonTrial();
    if (outcome.kind === 'retry') {
      outcome.afterMs = Math.max(outcome.afterMs, this.#blockedFor(message, now));
    }
    message.resolve(outcome);
    if (!message.push.envelope.exercise)
      this.#options.onAnswer?.({ host: this.#host, outcome, millis: now - message.startedAt });
    this.#closeIfDone();
  }

  #blockedFor({ push }: Message, now = this.#options.clock()): number {
    return this.#breaker.blockedFor(now, push.keyId);
  }

  /** After an answer to a message of this key: all that waits, or what is of this key, or none. */
  #putOffBlocked(now: number, keyId: string): void {
    if (this.#breaker.blockedFor(now) > 0) return this.#putOffWaiting();
    if (this.#breaker.blockedFor(now, keyId) === 0) return;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ push }) => push.keyId !== keyId);
    this.#putOff(waiting.filter(({ push }) => push.keyId === keyId));
  }

  #putOffWaiting(outcomeOf?: (message: Message) => Outcome): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#putOff(waiting, outcomeOf);
  }

  #putOff(messages: Message[], outcomeOf?: (message: Message) => Outcome): void {
    const now = this.#options.clock();
    const { random } = this.#options;
    for (const message of messages) {
      const outcome = outcomeOf?.(message) ?? putOff(this.#blockedFor(message, now), random);
      this.#settle(message, outcome, now);
    }
  }

  #unreachable(failure: Failure | 'not public'): void {
    const now = this.#options.clock();
    if (failure === 'not public') {
      if (this.#breaker.notPublic(now)) this.#options.onFault({ host: this.#host, status: 0 });
      return this.#putOffWaiting(() => ({ kind: 'fault', status: 0 }));
    }
    this.#breaker.silent(now);
    const { random } = this.#options;
    this.#putOffWaiting(({ expires, push: { attempt } }) =>
      judge({ failure, sent: false }, { now, expires, attempt, random }),
    );
  }

  #connectionLost(): void {
    if (this.#unsettled === 0) return;
    this.#lost += 1;
    if (this.#lost >= MAX_LOST_CONNECTIONS) {
      this.#lost = 0;
      this.#unreachable('closed');
    }
    this.#pump();
  }

  #sweep(): void {
    const { timeoutMs, stallMs } = this.#options.limits;
    const now = this.#options.clock();
    if (this.#unsettled + this.#underWay.size === 0) return this.#stopSweeping();
    if (this.#unsettled > 0 && now - this.#lastSign >= stallMs) return this.#stalled(now);
    for (const message of this.#underWay) {
      if (now - message.startedAt >= timeoutMs) this.#giveUp(message);
    }
  }

  #stopSweeping(): void {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #giveUp(message: Message): void {
    const sent = message.handle?.sent ?? false;
    message.handle?.cancel();
    if (!message.settled) this.#conclude(message, { failure: 'timeout', sent });
  }

  #stalled(now: number): void {
    this.#breaker.silent(now);
    // first, or else one of them takes each place that is free now
    this.#putOffWaiting();
    for (const message of this.#underWay) this.#giveUp(message);
    this.#connector.destroy();
  }

  #closeIfDone(): void {
    if (this.#closed === undefined || this.#unsettled + this.#underWay.size > 0) return;
    this.#stopSweeping();
    this.#connector.close();
    this.#closed();
    this.#closed = undefined;
  }
}
