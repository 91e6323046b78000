import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  makeCertificates,
  release,
  retain,
  type Certificates,
} from '../../test/push-service/certificates.js';
import { freePort } from '../../src/platform/free-port.js';
import { setTurn } from '../support/turns.js';
import { familyCpuMicros, familyOf } from '../support/usage.js';
import type { Sink } from './sink.js';

/** One worker, as a push service gives one connection; 128 streams, about what the big ones allow. */
const configuration = (directory: string, port: number) => `
daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path ${directory};
  proxy_temp_path ${directory};
  fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory};
  scgi_temp_path ${directory};
  server {
    listen 127.0.0.1:${port} ssl http2 backlog=4096;
    http2_max_concurrent_streams 128;
    client_body_buffer_size 16k;
    ssl_certificate ${directory}/leaf.pem;
    ssl_certificate_key ${directory}/leaf.key;
    location / { return 201; }
  }
}
`;

/** undefined where there is no nginx that speaks HTTP/2. */
export async function nginxSink(): Promise<Sink | undefined> {
  const version = await nginxVersion();
  if (!version) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'campana-sink-'));
  await chmod(directory, 0o755);
  const certificates = await makeCertificates();
  retain(certificates);
  const port = await freePort();
  await writeFiles(directory, certificates, port);
  const child = spawn('nginx', ['-c', join(directory, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  // Also of its own accord, as when the whole group is interrupted.
  const exited = once(child, 'exit');
  await untilListening(port, () => child.exitCode !== null);
  return {
    kind: `nginx ${version}`,
    origin: `https://localhost:${port}`,
    caFile: certificates.caFile,
    cpuMicros: () => familyCpuMicros(child.pid!),
    standBack: () => familyOf(child.pid!).every((pid) => setTurn(pid, 'last')),
    async stop() {
      child.kill();
      await exited;
      release(certificates);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function nginxVersion(): Promise<string | undefined> {
  try {
    const { stderr } = await promisify(execFile)('nginx', ['-V']);
    return stderr.includes('http_v2_module') ? /nginx\/(\S+)/.exec(stderr)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

async function writeFiles(directory: string, { certPem, keyPem }: Certificates, port: number) {
  await writeFile(join(directory, 'leaf.pem'), certPem);
  await writeFile(join(directory, 'leaf.key'), keyPem, { mode: 0o600 });
  await writeFile(join(directory, 'nginx.conf'), configuration(directory, port));
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (hasEnded()) break;
    const socket = connect(port, '127.0.0.1');
    const answered = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (answered) return;
    await new Promise((again) => setTimeout(again, 25));
  }
  throw new Error('nginx does not start: see its error log, or take it off the PATH');
}
