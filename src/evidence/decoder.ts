import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Answer, Task } from './decoder-thread.js';
import { badFile } from './formats/bad-file.js';
import { Turns } from './turns.js';

const AT_ONCE = 2;
const WAITING = 20;
const LIMIT_MS = 60_000;
const HEAP_MB = 512;

/** Jest runs the sources, and a thread what was built of them. */
const THREAD = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/src/evidence/decoder-thread.js', import.meta.url)
  : new URL('./decoder-thread.js', import.meta.url);

/**
 * Opens what strangers made (PDF, HEIC) in a thread of its own for each file, in WebAssembly: whatever
 * the file does to its reader ends with the thread, and after a minute the thread is ended.
 */
export class Decoder {
  private readonly turns = new Turns(AT_ONCE, WAITING);

  constructor(private readonly limitMs = LIMIT_MS) {}

  /** @throws BadInput where the file is refused, takes too long, or breaks its reader. */
  run<T>(task: Task): Promise<T> {
    return this.turns.take(async () => {
      const answer = await this.ask(task);
      if ('done' in answer) return answer.done as T;
      throw badFile('refused' in answer ? answer.refused : UNREADABLE);
    });
  }

  private async ask(task: Task): Promise<Answer> {
    const thread = new Worker(THREAD, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      stdout: true,
      stderr: true,
    });
    const signal = AbortSignal.timeout(this.limitMs);
    try {
      // An error of the thread, such as too little memory, rejects this too.
      const [answer] = (await once(thread, 'message', { signal })) as [Answer];
      return answer;
    } catch {
      return { failed: true };
    } finally {
      await thread.terminate();
    }
  }
}

const UNREADABLE = 'cannot be read within reason: print or save it anew, and send that';
