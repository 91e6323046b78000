import type { Outcome } from './channel.js';
import { settle } from './settlement.js';

const attempt = (id: string, outcome: Outcome, host = 'push.example') => ({ id, host, outcome });

it('puts every device in exactly one place, and knows when to come back', () => {
  const settled = settle(
    [
      attempt('accepted', { kind: 'accepted' }),
      attempt('gone', { kind: 'gone' }),
      attempt('missing', { kind: 'missing' }),
      attempt('expired', { kind: 'expired' }),
      attempt('later', { kind: 'retry', afterMs: 9_000, uncertain: false }),
      attempt('timeout', { kind: 'retry', afterMs: 4_000, uncertain: true }),
      attempt('key', { kind: 'fault', status: 401 }),
      attempt('size', { kind: 'fault', status: 413 }),
    ],
    ['left'],
  );
  expect(settled).toMatchObject({
    told: ['accepted'],
    gone: ['left', 'gone'],
    missing: ['missing'],
    failed: ['expired', 'size'],
    pending: ['later', 'timeout', 'key'],
    unsure: ['timeout'],
    retryMs: 4_000,
  });
});

it('counts by push service only what was answered for good', () => {
  const { hosts } = settle(
    [
      attempt('a', { kind: 'accepted' }, 'one'),
      attempt('b', { kind: 'gone' }, 'one'),
      attempt('c', { kind: 'missing' }, 'one'),
      attempt('d', { kind: 'retry', afterMs: 1, uncertain: false }, 'two'),
    ],
    [],
  );
  expect([...hosts]).toEqual([['one', { sent: 3, gone: 2 }]]);
});
