import S3rver from '@20minutes/s3rver';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Config } from '../../src/platform/evidence-place.js';

export interface Bucket {
  config: S3Config;
  /** Where the server keeps what it is given. */
  folder: string;
  stop(): Promise<void>;
}

/** A server that speaks S3, checks signatures, and has one bucket. */
export async function startBucket(): Promise<Bucket> {
  const folder = await mkdtemp(join(tmpdir(), 'campana-bucket-'));
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory: folder },
    configureBuckets: [{ name: 'campana' }],
  });
  const { port } = await server.run();
  return {
    // The one account that it knows.
    config: {
      ...{ url: `http://127.0.0.1:${port}/campana`, region: 'us-east-1' },
      ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
    folder,
    async stop() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
