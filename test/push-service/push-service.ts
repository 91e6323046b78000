import { EventEmitter } from 'node:events';
import { answerCreated, answerRefused, answerStatus, misbehave, readBody } from './answer.js';
import type { Request, Response } from './answer.js';
import { BehaviourTable } from './behaviour.js';
import type { Behaviour } from './behaviour.js';
import { makeCertificates, release, retain } from './certificates.js';
import type { Certificates } from './certificates.js';
import { LoopbackServer } from './loopback-server.js';
import { ENDPOINT_PATH, KeyedDevice } from './push-device.js';
import type { PushDevice, ReceivedMessage } from './push-device.js';
import { Refused } from './refused.js';
import type { Refusal } from './refused.js';
import { checkHeaders, MAX_BODY_BYTES } from './request-check.js';
import { VapidVerifier } from './vapid.js';
import { Waiters } from './waiters.js';

export type { Behaviour, Certificates, PushDevice, ReceivedMessage, Refusal };

export interface PushServiceOptions {
  /** Default: any free one */
  port?: number;
  /** base64url: what devices subscribe with unless they say otherwise; default: any key will do */
  vapidPublicKey?: string;
  /** Of another service, to be a second host under the same authority */
  certificates?: Certificates;
  /** Per HTTP/2 session; default 100 */
  maxConcurrentStreams?: number;
}

export interface PushServiceEvents {
  /** A request to a known endpoint began */
  attempt: [PushDevice];
  /** About to be answered 201 */
  message: [ReceivedMessage, PushDevice];
  refusal: [Refusal];
}

/** RFC 8030 on loopback over TLS: hands out endpoints, checks, decrypts and records. */
export class PushService extends EventEmitter<PushServiceEvents> {
  readonly certificates: Certificates;
  readonly devices = new Map<string, PushDevice>();
  readonly refusals: Refusal[] = [];
  readonly #keyed = new Map<string, KeyedDevice>();
  readonly #behaviours = new BehaviourTable();
  readonly #waiters = new Waiters();
  readonly #server: LoopbackServer;
  readonly #vapidPublicKey: string | undefined;
  #vapid: VapidVerifier | undefined;
  #sessions = 0;
  #stopped: Promise<void> | undefined;

  static async start(options: PushServiceOptions = {}): Promise<PushService> {
    const service = new PushService(options, options.certificates ?? (await makeCertificates()));
    await service.#listen();
    return service;
  }

  private constructor(options: PushServiceOptions, certificates: Certificates) {
    super();
    this.certificates = certificates;
    this.#vapidPublicKey = options.vapidPublicKey;
    const { port = 0, maxConcurrentStreams = 100 } = options;
    this.#server = new LoopbackServer(
      { port, certificates, maxConcurrentStreams },
      {
        request: (request, response) => void this.#serve(request, response),
        session: () => {
          this.#sessions += 1;
          this.#waiters.changed();
        },
      },
    );
  }

  /** https://localhost:PORT */
  get origin(): string {
    return `https://localhost:${this.#server.port}`;
  }

  /** HTTP/2 sessions opened so far */
  get sessions(): number {
    return this.#sessions;
  }

  /** @param vapidPublicKey base64url; messages signed with another key are answered 403 */
  createDevice(vapidPublicKey = this.#vapidPublicKey): PushDevice {
    const device = new KeyedDevice(this.origin, vapidPublicKey);
    this.#keyed.set(device.id, device);
    this.devices.set(device.id, device);
    return device;
  }

  /** Until told otherwise, or for so many requests; then the host's rule, else accept. */
  behave(target: PushDevice | 'host', behaviour: Behaviour, times = Infinity): void {
    this.#behaviours.set(target, behaviour, times);
  }

  /**
   * Looks again at every session, attempt, message and refusal.
   * @throws {Error} when the time is over or the service stops first; what the predicate throws
   */
  waitFor(predicate: () => boolean, timeoutMs = 10_000): Promise<void> {
    return this.#waiters.wait(predicate, timeoutMs, () => this.#describe());
  }

  goAway(): void {
    this.#server.goAway();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #listen(): Promise<void> {
    retain(this.certificates);
    try {
      await this.#server.listen();
    } catch (error) {
      release(this.certificates);
      throw error;
    }
    this.#vapid = new VapidVerifier(this.origin);
  }

  async #stop(): Promise<void> {
    this.#waiters.rejectAll('the push service was stopped');
    await this.#server.stop();
    release(this.certificates);
  }

  async #serve(request: Request, response: Response): Promise<void> {
    request.on('error', () => response.destroy());
    const device = this.#deviceAt(request.url);
    try {
      if (device === undefined) throw new Refused(404, 'unknown endpoint');
      const behaviour = this.#arrive(device);
      if (behaviour.kind === 'accept' || behaviour.kind === 'status') {
        await this.#handle(request, response, device, behaviour);
      } else {
        misbehave(request, response, behaviour);
      }
    } catch (error) {
      request.resume();
      this.#refuse(response, device, error);
    }
  }

  #arrive(device: KeyedDevice): Behaviour {
    device.attempts += 1;
    const behaviour = this.#behaviours.take(device);
    this.emit('attempt', device);
    this.#waiters.changed();
    return behaviour;
  }

  /** @throws {Refused} also when told to answer a status: a malformed request never hides */
  async #handle(
    request: Request,
    response: Response,
    device: KeyedDevice,
    behaviour: Extract<Behaviour, { kind: 'accept' | 'status' }>,
  ): Promise<void> {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === undefined) return;
    if (body === 'too large') throw new Refused(413, `body is over ${MAX_BODY_BYTES} bytes`);
    const headers = checkHeaders(request.method, request.headers);
    const vapid = await this.#vapid!.verify(request.headers.authorization);
    device.checkKey(vapid.key);
    const opened = device.open(body);
    if (behaviour.kind === 'status') {
      answerStatus(response, this.origin, behaviour);
      return;
    }
    await behaviour.when;
    const message = device.receive({
      ...headers,
      ...opened,
      at: Date.now(),
      bodyBytes: body.length,
      vapidSubject: vapid.subject,
      vapidPublicKey: vapid.key,
      vapidAudience: vapid.audience,
    });
    this.emit('message', message, device);
    this.#waiters.changed();
    answerCreated(response, this.origin, headers.ttl);
  }

  #refuse(response: Response, device: KeyedDevice | undefined, error: unknown): void {
    const { status, message } =
      error instanceof Refused ? error : new Refused(500, `push service failed: ${String(error)}`);
    const refusal = { reason: message, status, deviceId: device?.id };
    this.refusals.push(refusal);
    answerRefused(response, status, message);
    this.emit('refusal', refusal);
    this.#waiters.changed();
  }

  #deviceAt(path: string | undefined): KeyedDevice | undefined {
    if (!path?.startsWith(ENDPOINT_PATH)) return undefined;
    return this.#keyed.get(path.slice(ENDPOINT_PATH.length));
  }

  #describe(): string {
    let attempts = 0;
    let messages = 0;
    for (const device of this.devices.values()) {
      attempts += device.attempts;
      messages += device.received.length;
    }
    const refused = new Map<string, number>();
    for (const { reason } of this.refusals) refused.set(reason, (refused.get(reason) ?? 0) + 1);
    const reasons = [...refused].map(([reason, times]) => `${times}× ${reason}`).join(', ');
    return (
      `${this.devices.size} devices, ${this.#sessions} sessions, ${attempts} attempts, ` +
      `${messages} messages, ${this.refusals.length} refusals${reasons && ` (${reasons})`}`
    );
  }
}
