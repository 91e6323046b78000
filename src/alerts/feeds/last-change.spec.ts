import fc from 'fast-check';
import { changesAgain, goingOn, lastChange } from './last-change.js';

const at = (time: string) => new Date(`2026-03-03T${time}Z`);
const message = (sent: string, expires: string, regrouped?: string) => ({
  sent: at(sent),
  expires: at(expires),
  regroupedAt: regrouped === undefined ? null : at(regrouped),
});
const NOW = at('13:40:00');

test.each([
  ['nothing, so the hour five hours ago', [], '08:00:00'],
  ['a message sent', [message('13:16:00.250', '14:16:00')], '13:16:00.250'],
  ['a message expired', [message('12:00:00', '13:00:00')], '13:00:00'],
  [
    'the later of two',
    [message('13:01:00', '14:00:00'), message('12:00:00', '13:00:00')],
    '13:01:00',
  ],
  ['an all-clear, that nothing shows', [message('13:30:00', '14:00:00')], '13:30:00'],
  ['a merge, that no message tells of', [message('13:16:00', '14:16:00', '13:20:00')], '13:20:00'],
  ['only what is long ago', [message('06:00:00', '07:30:00')], '08:00:00'],
])('%s', (_what, messages, expected) => {
  expect(lastChange(messages, NOW).at).toEqual(at(expected));
});

it('never goes back, as time passes and messages come', () => {
  const times = fc.integer({ min: 0, max: 9 * 3_600 });
  const minutes = fc.integer({ min: 1, max: 240 });
  fc.assert(
    fc.property(fc.array(fc.tuple(times, minutes)), times, times, (sent, one, two) => {
      const start = at('00:00:00').getTime();
      const when = (seconds: number) => new Date(start + seconds * 1_000);
      const seen = (now: number) =>
        sent
          .filter(([from]) => from <= now)
          .map(([from, lasts]) => ({
            sent: when(from),
            expires: when(from + lasts * 60),
            regroupedAt: null,
          }));
      const [early, late] = [Math.min(one, two), Math.max(one, two)];
      const before = lastChange(seen(early), when(early)).at.getTime();
      expect(lastChange(seen(late), when(late)).at.getTime()).toBeGreaterThanOrEqual(before);
    }),
  );
});

test.each([
  ['a lone change', [message('13:16:00', '14:16:00')], true],
  [
    'two in one second',
    [message('13:16:00.1', '14:16:00'), message('13:16:00.9', '14:16:00')],
    false,
  ],
  [
    'one that may have committed later',
    [message('13:15:50', '14:16:00'), message('13:16:00', '14:16:00')],
    false,
  ],
  ['changes far apart', [message('13:15:00', '14:16:00'), message('13:16:00', '14:16:00')], true],
  ['a merge soon after', [message('13:16:00', '14:16:00', '13:16:05')], false],
  ['a merge long after', [message('13:16:00', '14:16:00', '13:20:00')], true],
  ['nothing at all', [], true],
])('%s can be told by its date: %#', (_what, messages, alone) => {
  expect(lastChange(messages, NOW).alone).toBe(alone);
});

test('it holds until the next expiry, or the next hour', () => {
  expect(changesAgain([message('13:16:00', '13:50:00')], NOW)).toEqual(at('13:50:00'));
  expect(changesAgain([message('12:00:00', '13:00:00')], NOW)).toEqual(at('14:00:00'));
});

test('what was merged elsewhere goes on there, and what is only near does not', () => {
  const all = [
    { id: 'here', supersededBy: 'there' },
    { id: 'there', supersededBy: 'its end' },
    { id: 'its end', supersededBy: null },
    { id: 'another', supersededBy: 'its end' },
  ];
  const found = [...goingOn(all, ({ id }) => id === 'here')];
  expect(found.map(({ id }) => id)).toEqual(['here', 'there', 'its end']);
});
