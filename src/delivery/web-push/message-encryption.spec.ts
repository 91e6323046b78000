import { createECDH, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import ece from 'http_ece';
import { MAX_PAYLOAD_BYTES } from '../channel.js';
import {
  BODY_BYTES,
  deriveKeys,
  encrypt,
  EncryptionError,
  pad,
  seal,
} from './message-encryption.js';

/** RFC 8291 §5 and appendix A. */
const RFC_8291 = {
  plaintext: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  senderPublic:
    'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  devicePublic:
    'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  contentKey: 'oIhVW04MRdy2XN9CiKLxTg',
  nonce: '4h_95klXJ5E_qnoN',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

const privateKey = createECDH('prime256v1');
const device = { p256dh: privateKey.generateKeys(), auth: randomBytes(16) };

function open(body: Buffer): Buffer {
  return ece.decrypt(body, { version: 'aes128gcm', privateKey, authSecret: device.auth });
}

function code(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return (error as EncryptionError).code;
  }
}

test('RFC 8291 §5: keys and body, byte for byte', () => {
  const ephemeral = createECDH('prime256v1');
  ephemeral.setPrivateKey(RFC_8291.senderPrivate, 'base64url');
  const keys = deriveKeys(
    Buffer.from(RFC_8291.devicePublic, 'base64url'),
    Buffer.from(RFC_8291.auth, 'base64url'),
    ephemeral,
    Buffer.from(RFC_8291.salt, 'base64url'),
  );
  expect(keys.senderPublicKey.toString('base64url')).toBe(RFC_8291.senderPublic);
  expect(keys.contentKey.toString('base64url')).toBe(RFC_8291.contentKey);
  expect(keys.nonce.toString('base64url')).toBe(RFC_8291.nonce);
  const plaintext = Buffer.from(RFC_8291.plaintext);
  const body = seal(keys, pad(plaintext, plaintext.length));
  expect(body.toString('base64url')).toBe(RFC_8291.body);
});

test('an independent library opens every length, and every body has the same one', () => {
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: MAX_PAYLOAD_BYTES, size: 'max' }),
    fc.constantFrom(0, 1, 2047, 2048).map((length) => new Uint8Array(length).fill(2)),
  );
  fc.assert(
    fc.property(payloads, (bytes) => {
      const payload = Buffer.from(bytes);
      const body = encrypt(device, payload);
      expect(body).toHaveLength(BODY_BYTES);
      expect(body.readUInt32BE(16)).toBeGreaterThan(BODY_BYTES - 86);
      expect(open(body).equals(payload)).toBe(true);
    }),
  );
  expect(BODY_BYTES).toBe(2151);
});

test('no two messages share salt, sender key or content key', () => {
  const keys = Array.from({ length: 50 }, () => deriveKeys(device.p256dh, device.auth));
  const distinct = (values: Buffer[]) => new Set(values.map((value) => value.toString('hex'))).size;
  expect(distinct(keys.map(({ salt }) => salt))).toBe(50);
  expect(distinct(keys.map(({ senderPublicKey }) => senderPublicKey))).toBe(50);
  expect(distinct(keys.map(({ contentKey }) => contentKey))).toBe(50);
});

test('too much, or keys that are none, is a typed error that shows no bytes', () => {
  const { p256dh, auth } = device;
  expect(code(() => encrypt(device, Buffer.alloc(2049)))).toBe('PAYLOAD_TOO_LARGE');
  expect(code(() => seal(deriveKeys(p256dh, auth), Buffer.alloc(4080)))).toBe('PAYLOAD_TOO_LARGE');
  expect(code(() => deriveKeys(p256dh, randomBytes(15)))).toBe('INVALID_AUTH');
  const compressed = privateKey.getPublicKey(null, 'compressed');
  const hybrid = privateKey.getPublicKey(null, 'hybrid');
  const offCurve = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]);
  for (const key of [compressed, hybrid, offCurve, Buffer.alloc(0), Buffer.alloc(65)]) {
    expect(code(() => deriveKeys(key, auth))).toBe('INVALID_PUBLIC_KEY');
  }
  expect(() => deriveKeys(offCurve, auth)).toThrow(new EncryptionError('INVALID_PUBLIC_KEY'));
});
