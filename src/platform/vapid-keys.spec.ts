import webPush from 'web-push';
import { pairProblems, vapidKey } from './vapid-keys.js';

const NAMES = { publicKey: 'PUBLIC', privateKey: 'PRIVATE' };
const pair = webPush.generateVAPIDKeys();
const other = webPush.generateVAPIDKeys();

const named = (change: Partial<typeof pair>) =>
  pairProblems({ ...pair, ...change }, NAMES).map((problem) => problem.split(' ')[0]);

it('finds nothing wrong with a pair', () => {
  expect(named({})).toEqual([]);
});

it('refuses halves of different pairs, naming both', () => {
  const problems = pairProblems({ ...pair, privateKey: other.privateKey }, NAMES);
  expect(problems).toEqual([expect.stringMatching(/^PUBLIC does not belong to PRIVATE/)]);
});

it('names each half that is no key', () => {
  expect(named({ publicKey: 'short', privateKey: 'short' })).toEqual(['PUBLIC', 'PRIVATE']);
  expect(named({ publicKey: pair.privateKey })).toEqual(['PUBLIC']);
  expect(named({ privateKey: pair.publicKey })).toEqual(['PRIVATE']);
  expect(named({ privateKey: Buffer.alloc(32).toString('base64url') })).toEqual(['PUBLIC']);
});

it('takes one spelling only, because the text makes the id', () => {
  expect(named({ publicKey: `${pair.publicKey}=` })).toEqual(['PUBLIC']);
  const slack = `${pair.publicKey.slice(0, -1)}${pair.publicKey.endsWith('A') ? 'B' : '_'}`;
  expect(named({ publicKey: slack })).toEqual(['PUBLIC']);
  expect(named({ privateKey: `${pair.privateKey}=` })).toEqual(['PRIVATE']);
});

it('shows no value', () => {
  const wrong = { publicKey: 'CANARY-public', privateKey: 'CANARY-private' };
  expect(pairProblems(wrong, NAMES).join()).not.toContain('CANARY');
  const unlike = pairProblems({ ...pair, publicKey: other.publicKey }, NAMES).join();
  for (const value of [other.publicKey, pair.privateKey]) expect(unlike).not.toContain(value);
});

it('gives each key an id of its own, by its public half', () => {
  expect(vapidKey(pair).keyId).toMatch(/^[\w-]{8}$/);
  expect(vapidKey({ ...pair, privateKey: '' }).keyId).toBe(vapidKey(pair).keyId);
  expect(vapidKey(other).keyId).not.toBe(vapidKey(pair).keyId);
});
