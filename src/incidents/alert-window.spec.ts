import { checkedRadius, expiryAfter, prolonged } from './alert-window.js';

const now = new Date('2026-03-03T13:16:00Z');

it('takes a radius of 500 to 5,000 meters, 1,500 unless asked', () => {
  expect([undefined, null, 500, 5_000].map(checkedRadius)).toEqual([1_500, 1_500, 500, 5_000]);
  for (const wrong of [499, 5_001, -1, 0.5, NaN])
    expect(() => checkedRadius(wrong)).toThrow(/500 to 5000/);
});

it('ends an alert after 1 to 240 minutes, 60 unless asked', () => {
  const minutes = (asked?: number) => (expiryAfter(now, asked).getTime() - now.getTime()) / 60_000;
  expect([minutes(), minutes(1), minutes(240)]).toEqual([60, 1, 240]);
  for (const wrong of [0, 241, -1, 1.5]) expect(() => expiryAfter(now, wrong)).toThrow(/1 to 240/);
});

it('prolongs an alert, and never ends it sooner than families were told', () => {
  const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  const minutes = (left: number, asked?: number | null) =>
    (prolonged(now, after(left), asked).getTime() - now.getTime()) / 60_000;
  expect([minutes(10), minutes(10, 30), minutes(30, 30)]).toEqual([60, 30, 30]);
  expect([minutes(200), minutes(200, null)]).toEqual([200, 200]);
  expect(() => minutes(29.5, 29)).toThrow(/must be 30 or more/);
  for (const wrong of [0, 241]) expect(() => minutes(10, wrong)).toThrow(/1 to 240/);
});
