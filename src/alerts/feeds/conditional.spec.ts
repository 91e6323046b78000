import { httpDate, isUnmodified } from './conditional.js';

const at = new Date('2026-03-03T13:16:00.900Z');
const has = { etag: '"abc"', at, alone: true };
const date = at.toUTCString();
const earlier = new Date('2026-03-03T13:15:59Z').toUTCString();

test.each([
  [{}, false],
  [{ 'if-none-match': '"abc"' }, true],
  [{ 'if-none-match': 'W/"abc"' }, true],
  [{ 'if-none-match': '"x", "abc"' }, true],
  [{ 'if-none-match': '*' }, true],
  [{ 'if-none-match': '"x"' }, false],
  [{ 'if-none-match': 'abc' }, false],
  [{ 'if-modified-since': date }, true],
  [{ 'if-modified-since': earlier }, false],
  [{ 'if-modified-since': 'yesterday' }, false],
  // The tag knows better than the date.
  [{ 'if-none-match': '"x"', 'if-modified-since': date }, false],
])('%j', (asked, expected) => {
  expect(isUnmodified(asked, has)).toBe(expected);
});

test('a date proves nothing when another change was close, and a tag still does', () => {
  expect(isUnmodified({ 'if-modified-since': date }, { ...has, alone: false })).toBe(false);
  expect(isUnmodified({ 'if-none-match': '"abc"' }, { ...has, alone: false })).toBe(true);
});

test('Last-Modified is never later than now', () => {
  expect(httpDate(at, new Date('2026-03-03T13:17:00Z'))).toBe(date);
  expect(httpDate(at, new Date('2026-03-03T13:15:59Z'))).toBe(earlier);
});
