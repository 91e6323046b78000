import { nginxSink } from './nginx-sink.js';
import { nodeSink } from './node-sink.js';

/** A push service that takes everything and looks at nothing, in a process of its own. */
export interface Sink {
  /** What it is, for the report. */
  kind: string;
  /** https://localhost:PORT */
  origin: string;
  /** Whom to trust: for NODE_EXTRA_CA_CERTS. */
  caFile: string;
  /** Its processes' CPU time so far; µs. */
  cpuMicros(): number;
  /** From now on it works only while nothing else wants a processor. @returns whether it may be so */
  standBack(): boolean;
  stop(): Promise<void>;
}

/** nginx where it is installed, because it is the least in the way; else a small one of our own. */
export async function startSink(): Promise<Sink> {
  return (await nginxSink()) ?? nodeSink('a small sink of our own (nginx is not installed)');
}
