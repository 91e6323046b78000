import { certifiesUntil, trainingProblems, type TrainingText } from './training.js';

const training = (change: Partial<TrainingText> = {}): TrainingText => ({
  ...{ title: 'First steps', kind: 'SESSION', startsAt: new Date('2026-09-30T22:00:00Z') },
  ...{ minutes: 90, trainerId: null, trainerOrganization: 'Legal aid', capacity: null },
  ...change,
});

it.each<[string, Partial<TrainingText>, string[]]>([
  ['as it should be', {}, []],
  ['by a member of staff', { trainerId: 'x', trainerOrganization: null }, []],
  ['without a title', { title: ' ' }, ['title']],
  ['of two lines', { title: 'a\nb' }, ['title']],
  ['of a long title', { title: 'x'.repeat(121) }, ['title']],
  ['too short', { minutes: 9 }, ['minutes']],
  ['of half a minute', { minutes: 60.5 }, ['minutes']],
  ['for nobody', { capacity: 0 }, ['capacity']],
  ['without a trainer', { trainerOrganization: null }, ['trainerId']],
  ['with two', { trainerId: 'x' }, ['trainerId']],
  ['by an organization without a name', { trainerOrganization: '' }, ['trainerOrganization']],
])('a training %s', (_, change, fields) => {
  expect(trainingProblems(training(change)).map(({ field }) => field)).toEqual(fields);
});

it.each<[string, number, string | null]>([
  ['2026-09-30T22:00:00Z', 12, '2027-09-30'],
  ['2026-09-30T23:59:59Z', 1, '2026-10-30'],
  ['2026-08-31T12:00:00Z', 1, '2026-09-30'],
  ['2026-01-31T12:00:00Z', 1, '2026-02-28'],
  ['2027-12-31T12:00:00Z', 2, '2028-02-29'],
  ['2028-02-29T12:00:00Z', 12, '2029-02-28'],
  ['2026-12-15T12:00:00Z', 24, '2028-12-15'],
  ['2026-09-30T22:00:00Z', 0, null],
])('attending on %s counts %i months, through %s', (at, months, until) => {
  expect(certifiesUntil(new Date(at), months)).toBe(until);
});
