import { Agent, request } from 'node:http';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

/** One request, sent again and again over kept-alive connections. */
export interface Load {
  url: string;
  requests: number;
  connections: number;
  headers?: Record<string, string>;
  /** Sent by POST; without it, GET. */
  body?: string;
}

export interface LoadResult {
  seconds: number;
  /** Answers other than 200 and 304. */
  failures: number;
}

/** Runs a load in a thread of its own, so that asking and answering do not share one. */
export function runLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function work({ url, requests, connections, headers, body }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = requests;
  let failures = 0;
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const sent = request(url, { agent, method, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode!));
      });
      sent.on('error', reject).end(body);
    });
  const connection = async () => {
    while (left-- > 0) if (![200, 304].includes(await ask())) failures++;
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return { seconds: (performance.now() - started) / 1_000, failures };
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
if (!isMainThread) parentPort!.postMessage(await work(workerData as Load));
