import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import pg from 'pg';
import { spansOf, type Span, type Watch } from './spans.js';

interface Asked {
  text?: string;
  /** Where it is many. */
  texts?: readonly string[];
  callback?: (error: Error | null, result?: unknown) => void;
}

/**
 * Loaded into the service before it starts (`node --import`), for a measurement only: it times the
 * transactions of the fan-out as the service really makes them, and writes them to `CAMPANA_TRACE`
 * when the process ends.
 */
const file = process.env.CAMPANA_TRACE;
const spans: Span[] = [];
const watches = new WeakMap<pg.Client, Watch>();

if (file && isMainThread) {
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function timed(this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | Asked];
    const text = (typeof asked === 'string' ? asked : asked.text) ?? '';
    const watch = watches.get(this) ?? spansOf((span) => spans.push(span));
    watches.set(this, watch);
    const askedAt = performance.now();
    if (typeof asked === 'object' && asked.callback && asked.texts) {
      // What a transaction ends with is sent as one, and answers by a call.
      const { callback, texts } = asked;
      asked.callback = (error, result) => {
        if (!error) watch.together(texts, askedAt, performance.now());
        callback.call(asked, error, result);
      };
      return query.apply(this, args);
    }
    watch.asked(text, askedAt);
    const answered = args.at(-1);
    if (typeof answered === 'function') {
      // As a pool asks.
      args[args.length - 1] = (error: Error | null, result: unknown) => {
        if (!error) watch.answered(text, performance.now());
        (answered as NonNullable<Asked['callback']>)(error, result);
      };
    }
    const answer = query.apply(this, args);
    if (answer instanceof Promise)
      answer.then(
        () => watch.answered(text, performance.now()),
        () => undefined,
      );
    return answer;
  } as typeof pg.Client.prototype.query;
  process.on('exit', () => writeFileSync(file, JSON.stringify(spans)));
}
