import { fork } from 'node:child_process';
import { once } from 'node:events';
import { makeCertificates, release, retain } from '../../test/push-service/certificates.js';
import { setTurn } from '../support/turns.js';
import { cpuMicros } from '../support/usage.js';
import type { Sink } from './sink.js';

export async function nodeSink(): Promise<Sink> {
  const certificates = await makeCertificates();
  retain(certificates);
  const child = fork('dist/bench/sink/node-sink.process.js', [], { stdio: 'inherit' });
  child.send({ key: certificates.keyPem, cert: certificates.certPem });
  const [port] = (await once(child, 'message')) as [number];
  return {
    kind: 'a small sink of our own (nginx is not installed)',
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
