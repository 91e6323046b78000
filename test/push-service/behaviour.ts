import type { PushDevice } from './push-device.js';

export type Behaviour =
  /** Once `when` is over; at once without it */
  | { kind: 'accept'; when?: Promise<unknown> }
  | { kind: 'status'; status: number; retryAfterSeconds?: number }
  | { kind: 'hang' }
  /** Headers at once (201 unless told), then a byte now and then, endlessly; nothing is received */
  | { kind: 'drip'; status?: number }
  | { kind: 'reset' };

interface Rule {
  behaviour: Behaviour;
  left: number;
}

/** What to do with the next request; an endpoint's own rule wins over the host's. */
export class BehaviourTable {
  readonly #rules = new Map<PushDevice | 'host', Rule>();

  set(target: PushDevice | 'host', behaviour: Behaviour, times: number): void {
    this.#rules.set(target, { behaviour, left: times });
  }

  /** Uses up one of the rule's times. */
  take(device: PushDevice): Behaviour {
    for (const target of [device, 'host'] as const) {
      const rule = this.#rules.get(target);
      if (rule === undefined) continue;
      if (rule.left >= 1) {
        rule.left -= 1;
        return rule.behaviour;
      }
      this.#rules.delete(target);
    }
    return { kind: 'accept' };
  }
}
