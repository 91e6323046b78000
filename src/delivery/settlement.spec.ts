import type { Outcome } from './channel.js';
import { retriesOf, settle } from './settlement.js';

const attempt = (id: string, outcome: Outcome, host = 'push.example', keyId = 'new') => ({
  ...{ id, host, keyId, outcome },
});
const retry = (afterMs: number, uncertain = false): Outcome => ({
  kind: 'retry',
  afterMs,
  uncertain,
});

it('puts every device in exactly one place', () => {
  const settled = settle(
    [
      attempt('accepted', { kind: 'accepted' }),
      attempt('gone', { kind: 'gone' }),
      attempt('missing', { kind: 'missing' }),
      attempt('expired', { kind: 'expired' }),
      attempt('later', retry(9_000)),
      attempt('timeout', retry(4_000, true)),
      attempt('key', { kind: 'fault', status: 401 }, 'other.example'),
      attempt('size', { kind: 'fault', status: 413 }),
    ],
    ['left'],
  );
  expect(settled).toMatchObject({
    told: ['accepted'],
    gone: ['left', 'gone'],
    missing: ['missing'],
    failed: ['expired', 'size'],
    unsure: ['timeout'],
  });
  expect([...settled.waits]).toEqual([
    ['push.example new', { ids: ['later', 'timeout'], afterMs: 9_000 }],
    ['other.example new', { ids: ['key'], afterMs: 60_000 }],
  ]);
});

it('counts by push service only what was answered for good', () => {
  const { hosts } = settle(
    [
      attempt('a', { kind: 'accepted' }, 'one'),
      attempt('b', { kind: 'gone' }, 'one'),
      attempt('c', { kind: 'missing' }, 'one'),
      attempt('d', retry(1), 'two'),
      attempt('e', { kind: 'fault', status: 0, cause: 'retired-key' }, 'one'),
    ],
    [],
  );
  expect([...hosts]).toEqual([['one', { sent: 3, gone: 2 }]]);
});

it('gives each push service its own turn, and none after the expiry', () => {
  const now = new Date(0);
  const { waits } = settle(
    [
      attempt('slow', retry(120_000), 'slow'),
      attempt('soon', retry(1_000), 'soon'),
      attempt('late', retry(300_000), 'late'),
    ],
    [],
  );
  expect(retriesOf(waits, now, new Date(300_000))).toEqual({
    stays: { ids: ['soon'], at: new Date(1_000) },
    apart: [{ ids: ['slow'], at: new Date(120_000) }],
    tooLate: ['late'],
  });
  expect(retriesOf(new Map(), now, new Date(1))).toEqual({ apart: [], tooLate: [] });
});

it('lets nobody wait for a key that is refused but those who subscribed with it', () => {
  const { waits } = settle(
    [
      attempt('old', { kind: 'fault', status: 403 }, 'one', 'old'),
      attempt('new', retry(1_000), 'one', 'new'),
    ],
    [],
  );
  expect(retriesOf(waits, new Date(0), new Date(300_000))).toMatchObject({
    stays: { ids: ['new'], at: new Date(1_000) },
    apart: [{ ids: ['old'], at: new Date(60_000) }],
  });
});
