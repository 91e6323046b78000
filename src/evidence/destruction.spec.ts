import { Conflict } from '../platform/errors.js';
import { requireKept } from './destruction.js';

it('says when and why nothing is left', () => {
  const destroyedAt = new Date('2026-11-26T08:00:00Z');
  const gone = () => requireKept({ destroyedAt, destruction: 'COURT_ORDER' });
  expect(gone).toThrow(Conflict);
  expect(gone).toThrow('destroyed on 2026-11-26 (COURT_ORDER)');
});

it('has nothing to say of what is kept', () => {
  expect(() => requireKept({ destroyedAt: null, destruction: null })).not.toThrow();
});
