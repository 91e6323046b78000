import { fork } from 'node:child_process';
import { once } from 'node:events';
import { makeCertificates, release, retain } from '../../test/push-service/certificates.js';
import { setTurn } from '../support/turns.js';
import { cpuMicros } from '../support/usage.js';
import type { NodeSinkSetup } from './node-sink.process.js';
import type { Sink } from './sink.js';

/** @param answerAfterMs the median of its answers; 0: at once */
export async function nodeSink(kind: string, answerAfterMs = 0): Promise<Sink> {
  const certificates = await makeCertificates();
  retain(certificates);
  const child = fork('dist/bench/sink/node-sink.process.js', [], { stdio: 'inherit' });
  const { keyPem: key, certPem: cert } = certificates;
  child.send({ key, cert, answerAfterMs } satisfies NodeSinkSetup);
  const [port] = (await once(child, 'message')) as [number];
  return {
    kind,
    origin: `https://localhost:${port}`,
    caFile: certificates.caFile,
    cpuMicros: () => cpuMicros(child.pid!),
    standBack: () => setTurn(child.pid!, 'last'),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      release(certificates);
    },
  };
}
