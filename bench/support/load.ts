import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { HttpLine } from './http-line.js';
import { setOwnTurn } from './turns.js';

/** What is asked of a server over kept-alive connections. */
export interface Load {
  url: string;
  /** So many requests, the bodies of `bodies` in turn. */
  requests: number;
  connections: number;
  headers?: Record<string, string>;
  /** Sent by POST, one a request; without them, GET. */
  bodies?: { body: string; headers?: Record<string, string> }[];
  /** So many are begun a second, whatever the answers take; without it each follows an answer. */
  perSecond?: number;
  /** Whoever asks waits for no processor, as from a machine of its own. */
  first?: boolean;
}

export interface LoadResult {
  seconds: number;
  /** Answers other than 200, and those of GraphQL that hold errors. */
  failures: number;
  /** One of the failures, for whoever looks for the cause. */
  failure: string | undefined;
  /** When each request was sent; ms since 1970. */
  sentAt: Float64Array;
  /** From its sending to the last byte of its answer. */
  millis: Float64Array;
  /** Whether the system let it be so. */
  wasFirst: boolean;
}

/** Runs a load in a thread of its own, so that asking and measuring do not share one. */
export function runLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** @throws Error unless every answer was good */
export async function runCleanLoad(load: Load): Promise<LoadResult> {
  const result = await runLoad(load);
  if (result.failures === 0) return result;
  throw new Error(`${result.failures} requests of ${load.url} failed: ${result.failure}`);
}

function requestsOf({ url, headers, bodies }: Load): Buffer[] {
  const { pathname, search, host } = new URL(url);
  const lines = (method: string, more: object) =>
    [
      `${method} ${pathname}${search} HTTP/1.1`,
      ...Object.entries({ host, ...headers, ...more }).map(([name, value]) => `${name}: ${value}`),
    ].join('\r\n');
  if (!bodies) return [Buffer.from(`${lines('GET', {})}\r\n\r\n`)];
  return bodies.map(({ body, headers: own }) => {
    const head = lines('POST', { ...own, 'content-length': Buffer.byteLength(body) });
    return Buffer.from(`${head}\r\n\r\n${body}`);
  });
}

async function work(load: Load): Promise<LoadResult> {
  const wasFirst = load.first === true && setOwnTurn('first');
  const requests = requestsOf(load);
  const { hostname, port } = new URL(load.url);
  const free = await Promise.all(
    Array.from({ length: load.connections }, () => HttpLine.open(hostname, Number(port))),
  );
  const all = [...free];
  const result = { failures: 0, failure: undefined as string | undefined };
  const millis = new Float64Array(load.requests);
  const sentAt = new Float64Array(load.requests);
  const ask = async (line: HttpLine, index: number) => {
    const began = performance.now();
    const failure = await line.ask(requests[index % requests.length]!);
    millis[index] = performance.now() - began;
    sentAt[index] = performance.timeOrigin + began;
    if (failure === undefined) return;
    result.failures++;
    result.failure ??= failure;
  };
  const started = performance.now();
  await (load.perSecond ? paced(load, free, ask) : inTurn(load, free, ask));
  const seconds = (performance.now() - started) / 1_000;
  for (const line of all) line.close();
  return { ...result, seconds, sentAt, millis, wasFirst };
}

type Ask = (line: HttpLine, index: number) => Promise<void>;

async function inTurn({ requests }: Load, lines: HttpLine[], ask: Ask): Promise<void> {
  let next = 0;
  const one = async (line: HttpLine) => {
    while (next < requests) await ask(line, next++);
  };
  await Promise.all(lines.map(one));
}

function paced(load: Load, free: HttpLine[], ask: Ask): Promise<void> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let next = 0;
    let answered = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - started) / 1_000) * load.perSecond!;
      while (next < load.requests && next < due && free.length > 0) {
        const line = free.pop()!;
        ask(line, next++).then(() => {
          free.push(line);
          if (++answered < load.requests) return;
          clearInterval(timer);
          resolve();
        }, reject);
      }
    }, 1);
  });
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
if (!isMainThread) parentPort!.postMessage(await work(workerData as Load));
