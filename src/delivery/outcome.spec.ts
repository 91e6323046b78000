import fc from 'fast-check';
import type { Answer, Failure } from './outcome.js';
import {
  BACKOFF_MAX_MS,
  judge,
  putOff,
  RETRY_AFTER_DEFAULT_MS,
  RETRY_AFTER_MAX_MS,
  RETRY_AFTER_MIN_MS,
  tooManyGone,
} from './outcome.js';

const NOW = Date.parse('2025-03-04T15:00:00Z');
const FAILURES: Failure[] = ['timeout', 'tls', 'dns', 'reset', 'refused', 'closed', 'overflow'];

function judged(answer: Answer, { attempt = 0, random = 0.5, expires = NOW + 60_000 } = {}) {
  return judge(answer, { now: NOW, expires, attempt, random: () => random });
}

describe('judge', () => {
  test.each([200, 201, 202, 204, 299])('%d: accepted', (status) => {
    expect(judged({ status })).toEqual({ kind: 'accepted' });
  });

  test('410 is gone, 404 only missing', () => {
    expect(judged({ status: 410 })).toEqual({ kind: 'gone' });
    expect(judged({ status: 404 })).toEqual({ kind: 'missing' });
  });

  test.each([400, 401, 403, 413, 402, 405, 409, 418, 451, 300, 301, 302, 307, 308, 100, 600])(
    '%d: our fault',
    (status) => {
      expect(judged({ status })).toEqual({ kind: 'fault', status });
    },
  );

  test.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['0', RETRY_AFTER_MIN_MS],
    ['999999999999999999999', RETRY_AFTER_MAX_MS],
    ['Tue, 04 Mar 2025 15:00:42 GMT', 42_000],
    ['Tuesday, 04-Mar-25 15:00:42 GMT', 42_000],
    ['Tue, 04 Mar 2025 14:00:00 GMT', RETRY_AFTER_MIN_MS],
    ['Tue, 04 Mar 2026 15:00:00 GMT', RETRY_AFTER_MAX_MS],
    ['-7', RETRY_AFTER_DEFAULT_MS],
    ['7.5', RETRY_AFTER_DEFAULT_MS],
    ['Tue, soon GMT', RETRY_AFTER_DEFAULT_MS],
    ['2025-03-04', RETRY_AFTER_DEFAULT_MS],
    ['', RETRY_AFTER_DEFAULT_MS],
    [undefined, RETRY_AFTER_DEFAULT_MS],
  ])('429 with Retry-After %p waits %d ms', (retryAfter, afterMs) => {
    expect(judged({ status: 429, retryAfter })).toEqual({
      kind: 'retry',
      afterMs,
      uncertain: false,
    });
  });

  test('5xx backs off with full jitter that doubles and is bounded', () => {
    const waits = [0, 1, 2, 10, 5000].map((attempt) => judged({ status: 503 }, { attempt }));
    expect(waits).toEqual(
      [500, 1000, 2000, BACKOFF_MAX_MS / 2, BACKOFF_MAX_MS / 2].map((afterMs) => ({
        kind: 'retry',
        afterMs,
        uncertain: false,
      })),
    );
    expect(judged({ status: 500 }, { random: 0 })).toMatchObject({ afterMs: 0 });
  });

  test('5xx waits at least as long as the service asks', () => {
    expect(judged({ status: 503, retryAfter: '30' })).toMatchObject({ afterMs: 30_000 });
    expect(judged({ status: 503, retryAfter: '1' }, { attempt: 5 })).toMatchObject({
      afterMs: 16_000,
    });
  });

  test('uncertain exactly if the whole message left and nobody said what became of it', () => {
    const uncertain = FAILURES.filter((failure) => {
      expect(judged({ failure, sent: false })).toMatchObject({ kind: 'retry', uncertain: false });
      const outcome = judged({ failure, sent: true });
      return outcome.kind === 'retry' && outcome.uncertain;
    });
    expect(uncertain).toEqual(['timeout', 'reset', 'closed', 'overflow']);
  });

  test('past expires: what cannot have arrived is expired, what was answered is what it is', () => {
    const late = { expires: NOW };
    expect(judged({ status: 503 }, late)).toEqual({ kind: 'expired' });
    expect(judged({ status: 429 }, late)).toEqual({ kind: 'expired' });
    expect(judged({ failure: 'dns', sent: false }, late)).toEqual({ kind: 'expired' });
    expect(judged({ failure: 'timeout', sent: true }, late)).toMatchObject({ uncertain: true });
    expect(judged({ status: 201 }, late)).toEqual({ kind: 'accepted' });
    expect(judged({ status: 410 }, late)).toEqual({ kind: 'gone' });
    expect(judged({ status: 403 }, late)).toEqual({ kind: 'fault', status: 403 });
  });

  test('every wait is whole, bounded and not negative, whatever a service sends', () => {
    const status = fc.constantFrom(429, 500, 503, 599);
    fc.assert(
      fc.property(
        status,
        fc.string(),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (s, retryAfter, attempt, random) => {
          const outcome = judged({ status: s, retryAfter }, { attempt, random });
          if (outcome.kind !== 'retry') throw new Error(outcome.kind);
          expect(Number.isInteger(outcome.afterMs)).toBe(true);
          expect(outcome.afterMs).toBeGreaterThanOrEqual(0);
          expect(outcome.afterMs).toBeLessThanOrEqual(RETRY_AFTER_MAX_MS);
        },
      ),
    );
  });
});

test('putOff: at least the wait, spread over as long again within one and five seconds', () => {
  const waits = [0, 3_000, 60_000];
  expect(waits.map((wait) => putOff(wait, () => 0))).toEqual(
    waits.map((afterMs) => ({ kind: 'retry', afterMs, uncertain: false })),
  );
  expect(waits.map((wait) => putOff(wait, () => 1))).toEqual(
    [1_000, 6_000, 65_000].map((afterMs) => ({ kind: 'retry', afterMs, uncertain: false })),
  );
});

test('tooManyGone: more than a fifth, of a host that lost three or more', () => {
  expect(tooManyGone(3, 2)).toBe(false);
  expect(tooManyGone(3, 3)).toBe(true);
  expect(tooManyGone(9, 9)).toBe(true);
  expect(tooManyGone(15, 3)).toBe(false);
  expect(tooManyGone(14, 3)).toBe(true);
  expect(tooManyGone(1000, 200)).toBe(false);
  expect(tooManyGone(1000, 201)).toBe(true);
  expect(tooManyGone(0, 0)).toBe(false);
});
