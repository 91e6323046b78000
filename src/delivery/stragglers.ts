/** Those of many that had come in by a moment, and those still out. */
export interface Split<T> {
  done: T[];
  /** The rest, by index, and their promises. */
  out: { index: number; promise: Promise<T> }[];
}

/** Waits for all, but no longer than `ms`. The promises must not reject. */
export async function splitAfter<T>(promises: Promise<T>[], ms: number): Promise<Split<T>> {
  const done = new Map<number, T>();
  const all = Promise.all(
    promises.map(async (promise, index) => {
      done.set(index, await promise);
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([all, patience]);
  clearTimeout(timer);
  return {
    done: [...done.values()],
    out: promises.flatMap((promise, index) => (done.has(index) ? [] : [{ index, promise }])),
  };
}
