import { isConfirmedMissing, weekOf } from './last-seen.js';

it('knows a family’s week by its Monday', () => {
  expect(weekOf(new Date('2026-11-23T00:00:00Z'))).toBe('2026-11-23');
  expect(weekOf(new Date('2026-11-29T23:59:59Z'))).toBe('2026-11-23');
  expect(weekOf(new Date('2026-11-30T00:00:00Z'))).toBe('2026-11-30');
});

it('confirms a 404 only when a whole day lies between', () => {
  expect(isConfirmedMissing(null, new Date())).toBe(false);
  expect(isConfirmedMissing('2026-11-23', new Date('2026-11-24T23:59:59Z'))).toBe(false);
  expect(isConfirmedMissing('2026-11-23', new Date('2026-11-25T00:00:00Z'))).toBe(true);
});
