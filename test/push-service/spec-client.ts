import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import webPush from 'web-push';
import type { PushDevice, PushService } from './push-service.js';

export interface PushRequest {
  endpoint: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A public key, and what signs with its private half. */
export interface Signer {
  /** base64url, 65 bytes */
  publicKey: string;
  sign(claims: Record<string, unknown>): Promise<string>;
}

export const vapidKeys = webPush.generateVAPIDKeys();
export const SUBJECT = 'mailto:operator@campana.example';

/** A message as the web-push package would send it. */
export function makeRequest(device: PushDevice, payload: string | Buffer, topic?: string) {
  const keys = { p256dh: device.p256dh, auth: device.auth };
  const details = webPush.generateRequestDetails({ endpoint: device.endpoint, keys }, payload, {
    vapidDetails: { subject: SUBJECT, ...vapidKeys },
    TTL: 60,
    urgency: 'high',
    ...(topic && { topic }),
  });
  const headers = Object.entries(details.headers).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const request: PushRequest = {
    endpoint: details.endpoint,
    headers: Object.fromEntries(headers),
    body: details.body,
  };
  return request;
}

export function connectTo(service: PushService): ClientHttp2Session {
  const session = connect(service.origin, { ca: service.certificates.caPem });
  session.on('error', () => undefined);
  return session;
}

export function open(
  session: ClientHttp2Session,
  { endpoint, headers, body }: PushRequest,
  signal?: AbortSignal,
): ClientHttp2Stream {
  const stream = session.request(
    { ':method': 'POST', ':path': new URL(endpoint).pathname, ...headers },
    { signal },
  );
  stream.end(body);
  return stream;
}

export async function post(
  session: ClientHttp2Session,
  request: PushRequest,
  signal?: AbortSignal,
): Promise<Answer> {
  const stream = open(session, request, signal);
  // A session that ends may close its streams without an error.
  const closed = once(stream, 'close').then(() => Promise.reject(new Error('no answer')));
  const [headers] = (await Promise.race([once(stream, 'response'), closed])) as [
    IncomingHttpHeaders,
  ];
  return { status: Number(headers[':status']), headers, body: await text(stream) };
}

export async function makeSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const { x = '', y = '' } = await exportJWK(publicKey);
  const point = [Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return {
    publicKey: Buffer.concat(point).toString('base64url'),
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'ES256' }).sign(privateKey),
  };
}
