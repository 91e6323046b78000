interface Waiter {
  predicate: () => boolean;
  resolve: () => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
}

/** Promises that wait for a condition, looked at again whenever something has changed. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();

  /** @param describe what is known when the time is over, for the error's message */
  wait(predicate: () => boolean, timeoutMs: number, describe: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        const condition = predicate.toString().replaceAll(/\s+/g, ' ');
        reject(new Error(`not so within ${timeoutMs} ms: ${condition}; ${describe()}`));
      }, timeoutMs);
      const waiter = { predicate, resolve, reject, timer };
      this.#waiting.add(waiter);
      this.#look(waiter);
    });
  }

  changed(): void {
    for (const waiter of this.#waiting) this.#look(waiter);
  }

  rejectAll(reason: string): void {
    for (const waiter of this.#waiting)
      this.#settle(waiter, () => waiter.reject(new Error(reason)));
  }

  #look(waiter: Waiter): void {
    try {
      if (waiter.predicate()) this.#settle(waiter, waiter.resolve);
    } catch (error) {
      this.#settle(waiter, () => waiter.reject(error));
    }
  }

  #settle(waiter: Waiter, settle: () => void): void {
    clearTimeout(waiter.timer);
    this.#waiting.delete(waiter);
    settle();
  }
}
