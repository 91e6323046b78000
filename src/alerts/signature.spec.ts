import fc from 'fast-check';
import { freshSecrets } from '../platform/secrets.js';
import { SigningKeys } from '../platform/signing-keys.js';
import { MAX_ALERT_BYTES, payloadBytes, supportedLocales } from './messages.js';
import { render, uuid } from './scene.fixture.js';
import {
  publicKeysOf,
  signPayload,
  signedBytes,
  verifyPayload,
  type PublicKeys,
  type SignedPayload,
} from './signature.js';

const signing = SigningKeys.from(freshSecrets());
const keysOf = (...all: SigningKeys[]): PublicKeys =>
  publicKeysOf({ keys: all.flatMap(({ publicKeys }) => publicKeys) })!;
const keys = keysOf(signing);

const signed = {
  ...signPayload(render('es', { kind: 'ALL_CLEAR', references: [uuid(1)] }), signing),
};
const check = (payload: object) => verifyPayload(payload, keys).kind;
const members = fc.constantFrom(...Object.keys(signed));

describe('a message as it was signed', () => {
  it('verifies, and names the key', () => {
    const { kid } = signing.publicKeys[0]!;
    expect(verifyPayload({ ...signed }, keys)).toEqual({ kind: 'ok', keyId: kid });
    expect(signed.signature).toMatch(new RegExp(`^${kid}\\.[\\w-]{86}$`));
  });

  it('verifies in whatever order its members come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(signed), { minLength: 13 }), (entries) => {
        expect(check(JSON.parse(JSON.stringify(Object.fromEntries(entries))))).toBe('ok');
      }),
    );
  });

  it('fits one push with the longest name of a key', () => {
    const long = SigningKeys.from({
      SIGNING_KEYS: `${'k'.repeat(16)}:${freshSecrets().SIGNING_KEYS.split(':')[1]}`,
    });
    const references = Array.from({ length: 60 }, (_, n) => uuid(n));
    for (const locale of supportedLocales()) {
      const full = render(locale, { kind: 'UPDATE', change: 'MOVED', references });
      expect(payloadBytes(full)).toBeGreaterThan(MAX_ALERT_BYTES - 128 - 40);
      expect(payloadBytes(signPayload(full, long))).toBeLessThanOrEqual(MAX_ALERT_BYTES);
    }
  });
});

describe('a message that is not as it was signed', () => {
  const jsonText = (value: unknown) => JSON.stringify(value);

  it('is found when any member is another', () => {
    fc.assert(
      fc.property(members, fc.jsonValue(), (member, value) => {
        fc.pre(jsonText(value) !== jsonText(signed[member as keyof typeof signed]));
        expect(check({ ...signed, [member]: value })).not.toBe('ok');
      }),
    );
  });

  it('is found when any one character of a text is another', () => {
    const texts = ['headline', 'body', 'instruction', 'expires', 'url', 'signature'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        (member, where, character) => {
          const text = signed[member];
          const place = where % text.length;
          fc.pre(text[place] !== character);
          const changed = text.slice(0, place) + character + text.slice(place + 1);
          expect(check({ ...signed, [member]: changed })).not.toBe('ok');
        },
      ),
    );
  });

  it('is found when a member is missing', () => {
    fc.assert(
      fc.property(members, (member) => {
        const { [member]: _, ...rest } = signed as SignedPayload;
        expect(check(rest)).toBe(member === 'signature' ? 'unsigned' : 'altered');
      }),
    );
  });

  it('is found when a member is added', () => {
    const names = fc.oneof(fc.constantFrom('__proto__', 'toJSON', ''), fc.string());
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        fc.pre(!Object.hasOwn(signed, name));
        const text = `{${jsonText(name)}:${jsonText(value)},${jsonText(signed).slice(1)}`;
        expect(check(JSON.parse(text))).toBe('altered');
      }),
    );
  });

  it.each([
    ['no signature', '', 'unsigned'],
    ['a number', 7, 'unsigned'],
    ['no key', signed.signature.split('.')[1], 'altered'],
    ['cut short', signed.signature.slice(0, -1), 'altered'],
    ['something behind it', `${signed.signature}A`, 'altered'],
    ['padding', `${signed.signature}==`, 'altered'],
    ['another’s key', signed.signature.replace(/^.*\./, 'other.'), 'unknown-key'],
    [
      'a key with the name of a property',
      signed.signature.replace(/^.*\./, '__proto__.'),
      'unknown-key',
    ],
  ])('is found when the signature is %s', (_, signature, kind) => {
    expect(check({ ...signed, signature })).toBe(kind);
  });

  it('is found when another spelling is given to the same 64 bytes', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = alphabet[alphabet.indexOf(signed.signature.at(-1)!) + 1]!;
    const respelled = signed.signature.slice(0, -1) + next;
    const bytes = (text: string) => Buffer.from(text.split('.')[1]!, 'base64url');
    expect(bytes(respelled)).toEqual(bytes(signed.signature));
    expect(check({ ...signed, signature: respelled })).toBe('altered');
  });

  it('is found when it cannot be written canonically', () => {
    expect(check({ ...signed, headline: '\ud800' })).toBe('altered');
  });

  it('is found when another key of the same name made it', () => {
    const [id] = freshSecrets().SIGNING_KEYS.split(':');
    const seed = () => freshSecrets().SIGNING_KEYS.split(':')[1];
    const [ours, theirs] = [seed(), seed()].map((one) =>
      SigningKeys.from({ SIGNING_KEYS: `${id}:${one}` }),
    );
    const forged = signPayload({ id: '1' }, theirs!);
    expect(verifyPayload(forged, keysOf(ours!)).kind).toBe('altered');
    expect(verifyPayload(forged, keysOf(theirs!)).kind).toBe('ok');
  });
});

describe('published keys', () => {
  it.each([[null], [undefined], [[]], ['x'], [{}], [{ keys: 'x' }]])('are not %j', (set) => {
    expect(publicKeysOf(set)).toBeUndefined();
  });

  it('are read around others', () => {
    const [own] = signing.publicKeys;
    const foreign = [null, 7, { kty: 'RSA', kid: 'r' }, { ...own, x: 'short' }, { ...own, kid: 1 }];
    expect([...publicKeysOf({ keys: [...foreign, own] })!.keys()]).toEqual([own!.kid]);
  });
});

/** What a family's service worker does: nothing of ours, only what a browser has. */
describe('in a browser', () => {
  /** RFC 8785 for a flat payload of texts and lists of texts. */
  const canonicalText = (payload: SignedPayload) =>
    JSON.stringify(
      Object.fromEntries(
        Object.keys(payload)
          .filter((name) => name !== 'signature')
          .sort()
          .map((name) => [name, payload[name]]),
      ),
    );
  const browserVerifies = async (payload: SignedPayload, set: { keys: object[] }) => {
    const [kid, text] = String(payload.signature).split('.');
    const jwk = set.keys.find((key) => (key as { kid: string }).kid === kid)!;
    const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
    const bytes = Uint8Array.from(
      atob(text!.replaceAll('-', '+').replaceAll('_', '/')),
      (character) => character.charCodeAt(0),
    );
    const data = new TextEncoder().encode(canonicalText(payload));
    return crypto.subtle.verify('Ed25519', key, bytes, data);
  };

  /** Under the seed of RFC 8037, appendix A. */
  const VECTOR = {
    seed: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    payload: {
      references: ['7c9e6679-7425-40de-944b-000000000001'],
      headline: 'Actividad de ICE a menos de ½ milla',
      id: '0f8fad5b-d9cb-469f-a165-70867728950e',
      expires: '2026-03-03T14:16:00.000Z',
      body: 'ICE officers were observed.',
    },
    bytes:
      '{"body":"ICE officers were observed.","expires":"2026-03-03T14:16:00.000Z","headline":"Actividad de ICE a menos de ½ milla","id":"0f8fad5b-d9cb-469f-a165-70867728950e","references":["7c9e6679-7425-40de-944b-000000000001"]}',
    signature:
      'rfc8037.3WU0dIXYr91E5T5SCdH0UEcZDoQctpGGxLHMTAZ9nQrgtNABDbL_rV9zr-e0q6ihjzAYTuZGm7b5_RFHQrbnDw',
  };
  const vectorKeys = SigningKeys.from({ SIGNING_KEYS: `rfc8037:${VECTOR.seed}` });

  it('the vector holds, byte for byte, on both sides', async () => {
    expect(signedBytes(VECTOR.payload).toString('utf8')).toBe(VECTOR.bytes);
    const made = signPayload(VECTOR.payload, vectorKeys);
    expect(made.signature).toBe(VECTOR.signature);
    const set = { keys: [...vectorKeys.publicKeys] };
    expect(await browserVerifies({ ...made }, set)).toBe(true);
    expect(await browserVerifies({ ...made, body: 'Nothing happened.' }, set)).toBe(false);
  });

  it('every language’s message verifies', async () => {
    const set = { keys: [...signing.publicKeys] };
    for (const locale of supportedLocales()) {
      const payload = { ...signPayload(render(locale, {}), signing) };
      expect(await browserVerifies(payload, set)).toBe(true);
    }
  });
});
