import { ECDH, createECDH } from 'node:crypto';
import type { FieldProblem } from '../platform/errors.js';

/** The push services of the browsers families use. */
const BROWSER_HOSTS = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.services.mozilla.com',
  'web.push.apple.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];
const LOOPBACK = ['localhost:*', '127.0.0.1:*', '[::1]:*'];

const MAX_ENDPOINT = 2_048;

export interface PushFields {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export interface PushRules {
  /** Beside the browsers': `push.example.org`, `*.example.org`, `localhost:8443`. */
  allowHosts: string[];
  /** Tests only: the local push service on any port of loopback. */
  allowPrivate: boolean;
}

/** What is wrong with a push channel, by field; none: it is well formed and its host is allowed. */
export function pushProblems(push: PushFields, rules: PushRules): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const endpoint = endpointProblem(push.endpoint, rules);
  if (endpoint) problems.push({ field: 'push.endpoint', message: endpoint });
  if (!isPublicKey(push.p256dh))
    problems.push({
      field: 'push.p256dh',
      message: 'must be a P-256 public key: 65 bytes, uncompressed, in base64url',
    });
  if (bytesOf(push.auth)?.length !== 16)
    problems.push({ field: 'push.auth', message: 'must be 16 bytes in base64url' });
  return problems;
}

function endpointProblem(endpoint: string, rules: PushRules): string | undefined {
  if (endpoint.length > MAX_ENDPOINT) return `must have at most ${MAX_ENDPOINT} characters`;
  const url = URL.parse(endpoint);
  if (!url || url.protocol !== 'https:') return 'must be an https URL';
  if (url.username || url.password) return 'must not hold a user name or password';
  if (url.hash) return 'must not have a fragment';
  return hostAllowed(url, rules) ? undefined : 'must be at the push service of a known browser';
}

function hostAllowed(url: URL, { allowHosts, allowPrivate }: PushRules): boolean {
  const allowed = [...BROWSER_HOSTS, ...allowHosts, ...(allowPrivate ? LOOPBACK : [])];
  return allowed.some((entry) => {
    const [, host, port] = /^(.+?)(?::(\d+|\*))?$/.exec(entry)!;
    return matchesHost(url.hostname, host!) && matchesPort(url.port, port, allowPrivate);
  });
}

const matchesHost = (hostname: string, pattern: string) =>
  pattern.startsWith('*.')
    ? hostname.endsWith(pattern.slice(1)) && hostname.length > pattern.length - 1
    : hostname === pattern;

/** The default port is '' in a parsed URL. */
const matchesPort = (port: string, pattern: string | undefined, anyPort: boolean) =>
  pattern === undefined ? port === '' || anyPort : pattern === '*' || port === pattern;

function isPublicKey(text: string): boolean {
  const bytes = bytesOf(text);
  if (bytes?.length !== 65 || bytes[0] !== 0x04) return false;
  try {
    ECDH.convertKey(bytes, 'prime256v1', undefined, undefined, 'compressed');
    // Only agreeing on a secret checks that the point is on the curve.
    const ours = createECDH('prime256v1');
    ours.generateKeys();
    ours.computeSecret(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes of base64url (padding and the other alphabet tolerated, as browsers differ). */
export function bytesOf(text: string): Buffer | undefined {
  return /^[\w+/-]{1,200}={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : undefined;
}
