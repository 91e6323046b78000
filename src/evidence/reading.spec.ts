import { Refusal } from '../platform/errors.js';
import { missingCopy, PURPOSES, purposeOf, requireReadable, type Wanted } from './reading.js';

const kept = (wanted: Partial<Wanted>): string => {
  try {
    requireReadable({ role: 'ANALYST', purpose: 'REVIEW', withdrawn: false, ...wanted });
    return 'read';
  } catch (error) {
    if (error instanceof Refusal) return error.kind;
    throw error;
  }
};
const open = (wanted: Partial<Wanted>) =>
  PURPOSES.filter((purpose) => kept({ ...wanted, purpose }) === 'read');
const copy = { cleared: false, latest: true };
const cleared = { cleared: true, latest: true };
const INWARD = ['REVIEW', 'VERIFICATION', 'COUNSEL', 'COURT'];

describe('evidence may be read', () => {
  it.each<[string, Partial<Wanted>, readonly string[]]>([
    ['an original by an analyst', {}, INWARD],
    ['an original by an admin', { role: 'ADMIN' }, INWARD],
    ['an original by a dispatcher', { role: 'DISPATCHER' }, []],
    ['a copy by a dispatcher', { role: 'DISPATCHER', copy: cleared }, ['REVIEW']],
    ['anything by a responder', { role: 'RESPONDER', copy: cleared }, []],
    ['a copy before anybody said that it may leave', { copy }, INWARD],
    ['a copy that may leave', { copy: cleared }, PURPOSES],
    [
      'a copy that may leave, and a later one is there',
      { copy: { cleared: true, latest: false } },
      INWARD,
    ],
    ['an original that was withdrawn', { withdrawn: true }, INWARD.slice(1)],
    ['a copy of what was withdrawn', { withdrawn: true, copy: cleared }, []],
  ])('%s', (_, wanted, purposes) => {
    expect(open(wanted)).toEqual(purposes);
  });

  it('for a reason that is on the list', () => {
    expect(purposeOf('COURT')).toBe('COURT');
    for (const wrong of [undefined, '', 'court', 'FUN', ['COURT'], 7])
      expect(() => purposeOf(wrong)).toThrow('purpose: must be one of');
  });
});

it.each([
  [2, false, 'There is no such copy: the latest is version 2.'],
  [undefined, false, 'Its copy is being made: try again in a moment.'],
  [undefined, true, 'No copy can be made of it: only its original can be read.'],
])('says of a copy that is not there, the latest being %s: %s %s', (latest, unreadable, words) => {
  expect(missingCopy(latest, unreadable)).toBe(words);
});
