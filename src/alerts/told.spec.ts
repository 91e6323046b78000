import type { NoticeKind } from './notice.js';
import { lastTold } from './told.js';

const message = (incidentId: string, kind: NoticeKind, joined: string[] = []) => ({
  ...{ incidentId, kind, joined },
});

it('is the latest message of the incident itself, whatever was told of others', () => {
  const own = message('a', 'UPDATE');
  const earlier = [message('a', 'ALERT'), message('b', 'ALERT'), own, message('b', 'UPDATE')];
  expect(lastTold(earlier, 'a')).toBe(own);
});

it('is that of what it was merged into, from its next message on', () => {
  const [later, after] = [message('b', 'UPDATE', ['a']), message('b', 'UPDATE')];
  const earlier = [message('b', 'ALERT'), message('a', 'ALERT'), later, after];
  expect(lastTold(earlier, 'a')).toBe(later);
  expect(lastTold(earlier, 'b')).toBe(after);
});

it('is no correction: that repeats what was told', () => {
  const alert = message('a', 'ALERT');
  for (const kind of ['ALL_CLEAR', 'RETRACTION'] as const)
    expect(lastTold([alert, message('b', 'ALERT'), message('b', kind, ['a'])], 'a')).toBe(alert);
});

it('is nothing of what nobody was told of', () => {
  expect(lastTold([message('b', 'ALERT')], 'a')).toBeUndefined();
});
