import { EnvironmentError } from './env.js';
import { freshSecrets } from './secrets.js';
import { SigningKeys } from './signing-keys.js';

/** RFC 8037, appendix A: the seed, its public half, and a signature of its example. */
const SEED = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
const PUBLIC = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
const EXAMPLE = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc';
const SIGNATURE =
  'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';

const keys = (SIGNING_KEYS: string) => SigningKeys.from({ SIGNING_KEYS });

it('signs as RFC 8037 shows, and publishes the public half only', () => {
  const { keyId, signature } = keys(`a:${SEED}`).sign(Buffer.from(EXAMPLE));
  expect(keyId).toBe('a');
  expect(signature.toString('base64url')).toBe(SIGNATURE);
  expect(keys(`a:${SEED}`).publicKeys).toEqual([
    { kty: 'OKP', crv: 'Ed25519', x: PUBLIC, kid: 'a', alg: 'EdDSA', use: 'sig' },
  ]);
});

it('signs with the first, and publishes all in their order', () => {
  const { SIGNING_KEYS } = freshSecrets();
  const both = keys(`${SIGNING_KEYS}, old_-0123456789a:${SEED}`);
  expect(both.sign(Buffer.from('x')).keyId).toBe(SIGNING_KEYS.split(':')[0]);
  expect(both.publicKeys.map(({ kid }) => kid)).toEqual([
    SIGNING_KEYS.split(':')[0],
    'old_-0123456789a',
  ]);
});

it.each([
  ['', /ID:SEED/],
  [SEED, /ID:SEED/],
  [`:${SEED}`, /ID:SEED/],
  [`a:${SEED},`, /ID:SEED/],
  [`a b:${SEED}`, /ID:SEED/],
  [`${'a'.repeat(17)}:${SEED}`, /ID:SEED/],
  [`a:${SEED}:${SEED}`, /ID:SEED/],
  [`a:${SEED.slice(0, -2)}`, /32 bytes/],
  [`a:${SEED}${SEED}`, /32 bytes/],
  ['a', /32 bytes/],
  [`a:${SEED},b:${PUBLIC},a:${PUBLIC}`, /a twice/],
])('refuses %j by name and shows no seed', (text, why) => {
  const attempt = () => keys(text);
  expect(attempt).toThrow(EnvironmentError);
  expect(attempt).toThrow(why);
  expect(attempt).toThrow(/SIGNING_KEYS/);
  expect(attempt).not.toThrow(SEED.slice(5, 20));
});
