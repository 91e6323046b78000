/** One message that arrived whole. */
export interface Arrival {
  /** The endpoint's path. */
  device: string;
  /** The subject of its VAPID token: which process sent it, where each has a subject of its own. */
  sender: string;
  topic: string;
}

interface Waiter {
  holds: () => boolean;
  resolve: () => void;
}

/** Who got what, in the order in which it came. */
export class Tally {
  readonly arrivals: Arrival[] = [];
  readonly #devices = new Set<string>();
  /** A token serves many messages: it is read once. */
  readonly #senders = new Map<string, string>();
  #waiting: Waiter[] = [];

  add(device: string, authorization: string, topic: string): void {
    this.arrivals.push({ device, sender: this.#senderOf(authorization), topic });
    this.#devices.add(device);
    if (this.#waiting.length > 0) this.#look();
  }

  /** Resolves once so many different devices got something. @returns how many did by then */
  async reached(devices: number): Promise<number> {
    await this.#until(() => this.#devices.size >= devices);
    return this.#devices.size;
  }

  /** Resolves once something of this sender came. */
  heardOf(sender: string): Promise<void> {
    return this.#until(() => this.arrivals.some((arrival) => arrival.sender === sender));
  }

  forget(): void {
    this.arrivals.length = 0;
    this.#devices.clear();
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ holds, resolve });
      this.#look();
    });
  }

  #look(): void {
    const due = this.#waiting.filter(({ holds }) => holds());
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve();
  }

  #senderOf(authorization: string): string {
    let sender = this.#senders.get(authorization);
    if (sender === undefined) {
      sender = subjectOf(authorization);
      this.#senders.set(authorization, sender);
    }
    return sender;
  }
}

/** RFC 8292 §3: `vapid t=HEADER.CLAIMS.SIGNATURE, k=KEY`. */
function subjectOf(authorization: string): string {
  const claims = /^vapid t=[^.]+\.([^.]+)\./.exec(authorization)?.[1];
  if (claims === undefined) return 'unknown';
  const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub?: string };
  return sub ?? 'unknown';
}
