import { parentPort, workerData } from 'node:worker_threads';
import { BadInput } from '../platform/errors.js';
import { decodeHeic } from './heic-work.js';
import { checkPdf, copyPdf, coverPdf } from './pdf-work.js';
import type { Region } from './regions.js';

/** What a thread is started for. */
export type Task =
  | { kind: 'check-pdf' | 'copy-pdf' | 'decode-heic'; bytes: Uint8Array }
  | { kind: 'cover-pdf'; bytes: Uint8Array; regions: readonly Region[] };

/** Its only word. */
export type Answer = { done: unknown } | { refused: string } | { failed: true };

async function carryOut(task: Task): Promise<unknown> {
  switch (task.kind) {
    case 'check-pdf':
      return checkPdf(task.bytes);
    case 'copy-pdf':
      return copyPdf(task.bytes);
    case 'cover-pdf':
      return coverPdf(task.bytes, task.regions);
    case 'decode-heic':
      return decodeHeic(task.bytes);
  }
}

async function answer(task: Task): Promise<Answer> {
  try {
    return { done: await carryOut(task) };
  } catch (error) {
    const [problem] = error instanceof BadInput ? error.fields : [];
    return problem ? { refused: problem.message } : { failed: true };
  }
}

const port = parentPort!;
port.postMessage(await answer(workerData as Task), []);
