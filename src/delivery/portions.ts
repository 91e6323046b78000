/** Those of many that had come in by a moment, and those still out. */
export interface Split<T> {
  done: T[];
  /** The rest, by index, and their promises. */
  out: { index: number; promise: Promise<T> }[];
}

/** Waits for all, but no longer than `ms`. The promises must not reject. */
export function splitAfter<T>(promises: readonly Promise<T>[], ms: number): Promise<Split<T>> {
  const done: T[] = [];
  const isIn = promises.map(() => false);
  const split = (): Split<T> => ({
    // What comes in later is not among them.
    done: [...done],
    out: promises.flatMap((promise, index) => (isIn[index] ? [] : [{ index, promise }])),
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(split()), ms);
    const end = () => {
      clearTimeout(timer);
      resolve(split());
    };
    for (const [index, promise] of promises.entries())
      void promise.then((value) => {
        isIn[index] = true;
        if (done.push(value) === promises.length) end();
      });
    if (promises.length === 0) end();
  });
}
