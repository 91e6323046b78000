import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { freePort } from '../../src/platform/free-port.js';

/** The service as a process of its own, as an operator runs it. */
export interface ChildService {
  child: ChildProcess;
  url: string;
  /** Every line it printed, to either stream. */
  lines: string[];
  /** The first admin's link, when it printed one. */
  adminInvite: string | undefined;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const START_MS = 60_000;

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: { start: string };
};
/** What `npm start` gives Node. */
export const START_ARGUMENTS = / exec node (.+)$/.exec(scripts.start)![1]!.split(' ');

export async function startChild(environment: Record<string, string>): Promise<ChildService> {
  const port = await freePort();
  const child = spawn(process.execPath, START_ARGUMENTS, {
    env: { ...process.env, PORT: String(port), LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const heard = (stream: NodeJS.ReadableStream, each: (line: string) => void) =>
    createInterface({ input: stream }).on('line', (line) => (lines.push(line), each(line)));
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no start: ${lines.join('\n')}`)), START_MS);
    const settle = (line: string) => {
      const address = /^Campana is listening on (\S+)/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    };
    heard(child.stdout, settle);
    heard(child.stderr, () => undefined);
    exited.then(() => {
      clearTimeout(timer);
      reject(new Error(`the service ended: ${lines.join('\n')}`));
    });
  });
  // It comes in one piece with the address, or not at all.
  await new Promise(setImmediate);
  const invite = lines.map((line) => /^Admin invite: (\S+)/.exec(line)?.[1]).find(Boolean);
  return {
    ...{ child, url, lines, adminInvite: invite },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
}
