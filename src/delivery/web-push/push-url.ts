import type { PushUrl } from '../channel.js';

/** @returns undefined when no push service can be reached by it: RFC 8030 §8 asks for https */
export function pushUrl(endpoint: string): PushUrl | undefined {
  const url = URL.parse(endpoint);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    return undefined;
  return { origin: url.origin, host: url.host, path: url.pathname + url.search };
}
