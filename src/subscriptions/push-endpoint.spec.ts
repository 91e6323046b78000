import { createECDH, randomBytes } from 'node:crypto';
import { pushProblems, type PushFields, type PushRules } from './push-endpoint.js';

const strict: PushRules = { allowHosts: [], allowPrivate: false };
const ecdh = createECDH('prime256v1');
ecdh.generateKeys();
const good: PushFields = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/abc:def',
  p256dh: ecdh.getPublicKey('base64url'),
  auth: randomBytes(16).toString('base64url'),
};
const fieldsOf = (change: Partial<PushFields>, rules = strict) =>
  pushProblems({ ...good, ...change }, rules).map(({ field }) => field);

describe('endpoints', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/x',
    'https://updates.push.services.mozilla.com/wpush/v2/x',
    'https://web.push.apple.com/x',
    'https://wns2-bl2p.notify.windows.com/w/?token=x',
    'https://fcm.googleapis.com:443/x',
  ])('takes %s', (endpoint) => expect(fieldsOf({ endpoint })).toEqual([]));

  it.each([
    'http://fcm.googleapis.com/x',
    'https://169.254.169.254/a.google.com/',
    'https://fcm.googleapis.com.evil.example/x',
    'https://evilfcm.googleapis.com/x',
    'https://notify.windows.com/x',
    'https://fcm.googleapis.com@evil.example/x',
    'https://user:secret@fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://fcm.googleapis.com/x#y',
    'https://localhost:8443/x',
    'https://[::1]/x',
    'ftp://fcm.googleapis.com/x',
    'fcm.googleapis.com/x',
    '',
    `https://fcm.googleapis.com/${'x'.repeat(2_048)}`,
  ])('refuses %s', (endpoint) => expect(fieldsOf({ endpoint })).toEqual(['push.endpoint']));

  it('takes what the operator allows, and nothing near it', () => {
    const rules = { allowHosts: ['*.push.example', 'one.example:8443'], allowPrivate: false };
    expect(fieldsOf({ endpoint: 'https://a.push.example/x' }, rules)).toEqual([]);
    expect(fieldsOf({ endpoint: 'https://one.example:8443/x' }, rules)).toEqual([]);
    expect(fieldsOf({ endpoint: 'https://push.example/x' }, rules)).toEqual(['push.endpoint']);
    expect(fieldsOf({ endpoint: 'https://one.example/x' }, rules)).toEqual(['push.endpoint']);
  });

  it('takes loopback on any port only where tests allow it', () => {
    const rules = { allowHosts: [], allowPrivate: true };
    for (const host of ['localhost:9', '127.0.0.1:8443', '[::1]:8443'])
      expect(fieldsOf({ endpoint: `https://${host}/x` }, rules)).toEqual([]);
    expect(fieldsOf({ endpoint: 'https://10.0.0.1/x' }, rules)).toEqual(['push.endpoint']);
  });
});

describe('keys', () => {
  it('refuses a key that is no point on the curve', () => {
    const off = Buffer.from(good.p256dh, 'base64url');
    off[64]! ^= 1;
    for (const p256dh of [
      off.toString('base64url'),
      '',
      'x',
      ecdh.getPublicKey('base64url', 'compressed'),
      randomBytes(65).toString('base64url'),
    ])
      expect(fieldsOf({ p256dh })).toEqual(['push.p256dh']);
  });

  it('refuses an auth secret that is not 16 bytes', () => {
    for (const auth of [
      '',
      'x',
      randomBytes(15).toString('base64url'),
      randomBytes(17).toString('base64url'),
    ])
      expect(fieldsOf({ auth })).toEqual(['push.auth']);
  });

  it('names all that is wrong at once', () => {
    expect(fieldsOf({ endpoint: '', p256dh: '', auth: '' })).toEqual([
      'push.endpoint',
      'push.p256dh',
      'push.auth',
    ]);
  });
});
