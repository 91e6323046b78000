import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { publicKeysOf } from '../platform/public-keys.js';
import { SigningKeys } from '../platform/signing-keys.js';
import {
  UnreadableCheckpoint,
  checkpointOf,
  readCheckpoints,
  signCheckpoint,
  trustIn,
} from './checkpoint.js';
import type { SignedCheckpoint } from './checkpoint.js';

const keyNamed = (id: string) =>
  SigningKeys.from({ SIGNING_KEYS: `${id}:${randomBytes(32).toString('base64url')}` });
const ours = keyNamed('ours');
const keys = publicKeysOf({ keys: ours.publicKeys })!;

const CHECKPOINT = {
  network: 'https://alerts.example.org',
  time: new Date('2026-11-26T08:00:00.000Z'),
  size: 42,
  head: Buffer.alloc(32, 1),
  root: Buffer.alloc(32, 2),
};
const signed = signCheckpoint(CHECKPOINT, ours);

describe('a checkpoint', () => {
  it('is signed, and read back as it was', () => {
    const [read] = readCheckpoints(JSON.stringify(signed, null, 2));
    expect(trustIn(read!, keys)).toBe('ok');
    expect(checkpointOf(read!)).toEqual(CHECKPOINT);
  });

  it('is one of many in a file with one a line', () => {
    const text = `${JSON.stringify(signed)}\n${JSON.stringify(signed)}\n`;
    expect(readCheckpoints(text)).toEqual([signed, signed]);
  });

  it('is signed for what it says, all of it', () => {
    const changes: Partial<SignedCheckpoint>[] = [
      { network: 'https://alerts.example.com' },
      { time: '2026-11-26T08:00:00.001Z' },
      { size: 41 },
      { head: 'ab'.repeat(32) },
      { root: 'ab'.repeat(32) },
      { signature: randomBytes(64).toString('base64url') },
    ];
    for (const change of changes)
      expect(trustIn({ ...signed, ...change }, keys)).toBe('wrong-signature');
  });

  it('is of nobody we know when the key is another’s, whatever it calls itself', () => {
    expect(trustIn(signCheckpoint(CHECKPOINT, keyNamed('theirs')), keys)).toBe('unknown-key');
    expect(trustIn(signCheckpoint(CHECKPOINT, keyNamed('ours')), keys)).toBe('wrong-signature');
  });

  it('has a signature that fits nothing else the key signs', () => {
    const { signature: _, ...rest } = signed;
    const asMessage = ours.sign(Buffer.from(JSON.stringify(rest))).signature.toString('base64url');
    expect(trustIn({ ...signed, signature: asMessage }, keys)).toBe('wrong-signature');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'size 42'],
    ['another kind of JSON', '[]'],
    ['null', 'null'],
    ['a member missing', JSON.stringify({ ...signed, root: undefined })],
    ['a member too many', JSON.stringify({ ...signed, more: 1 })],
    ['a size that is none', JSON.stringify({ ...signed, size: -1 })],
    ['a time that is none', JSON.stringify({ ...signed, time: '2026-02-30' })],
    [
      'a signature spelled otherwise',
      JSON.stringify({ ...signed, signature: `${signed.signature}=` }),
    ],
    ['one bad line', `${JSON.stringify(signed)}\n{`],
  ])('is refused when it is %s', (_, text) => {
    expect(() => readCheckpoints(text)).toThrow(UnreadableCheckpoint);
  });

  it('is refused or not believed, whichever byte of the file is changed', () => {
    const text = JSON.stringify(signed);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 33, max: 126 }), (place, code) => {
        const changed = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
        if (changed === text) return true;
        try {
          return readCheckpoints(changed).every((one) => trustIn(one, keys) !== 'ok');
        } catch (error) {
          return error instanceof UnreadableCheckpoint;
        }
      }),
      { numRuns: 500 },
    );
  });
});
