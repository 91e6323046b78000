import type { IncomingHttpHeaders } from 'node:http';
import { Refused } from './refused.js';

export const MAX_BODY_BYTES = 4096;
const URGENCIES = ['very-low', 'low', 'normal', 'high'];

export interface PushHeaders {
  /** seconds */
  ttl: number;
  topic: string | undefined;
  urgency: string | undefined;
}

/**
 * RFC 8030 section 5 and RFC 8291 section 4.
 * @throws {Refused} 400 or 405
 */
export function checkHeaders(
  method: string | undefined,
  headers: IncomingHttpHeaders,
): PushHeaders {
  if (method !== 'POST') throw new Refused(405, `method is ${method}, not POST`);
  const ttl = single(headers['ttl']);
  if (ttl === undefined) throw new Refused(400, 'TTL missing');
  if (!/^\d{1,10}$/.test(ttl)) throw new Refused(400, 'TTL is not a non-negative integer');
  const topic = single(headers['topic']);
  if (topic !== undefined && !/^[\w-]{1,32}$/.test(topic)) {
    throw new Refused(400, 'Topic is not 1 to 32 characters of base64url');
  }
  const urgency = single(headers['urgency']);
  if (urgency !== undefined && !URGENCIES.includes(urgency)) {
    throw new Refused(400, `Urgency is not one of ${URGENCIES.join(', ')}`);
  }
  if (headers['content-encoding']?.toLowerCase() !== 'aes128gcm') {
    throw new Refused(400, 'Content-Encoding is not aes128gcm');
  }
  return { ttl: Number(ttl), topic, urgency };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
