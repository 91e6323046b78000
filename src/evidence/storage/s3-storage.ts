import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { S3mini } from 's3mini';
import type { S3Config } from '../../platform/evidence-place.js';
import type { Storage } from './storage.js';

const LIMIT_MS = 60_000;
const MEDIA_TYPE = 'application/octet-stream';

/** A bucket of any service that speaks the protocol of Amazon S3. */
export class S3Storage implements Storage {
  private readonly bucket: S3mini;

  constructor({ url, region, accessKeyId, secretAccessKey }: S3Config) {
    this.bucket = new S3mini({
      ...{ endpoint: url, region, accessKeyId, secretAccessKey },
      requestAbortTimeout: LIMIT_MS,
    });
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    await this.bucket.putObject(pathOf(key), bytes, MEDIA_TYPE);
  }

  async get(key: string): Promise<Readable | null> {
    const response = await this.bucket.getObjectResponse(pathOf(key));
    return response?.body ? Readable.fromWeb(response.body as ReadableStream) : null;
  }

  async delete(key: string): Promise<void> {
    await this.bucket.deleteObject(pathOf(key));
  }

  async exists(key: string): Promise<boolean> {
    return (await this.bucket.objectExists(pathOf(key))) === true;
  }
}

/** So that a bucket may be shared with other things. */
const pathOf = (key: string) => `evidence/${key}`;
