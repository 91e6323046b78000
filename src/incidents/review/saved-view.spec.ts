import { contentBytes, contentOf, nameProblems } from './saved-view.js';

it('gives back what was kept, without what asks nothing', () => {
  const filter = { agencies: ['ICE'], since: new Date('2026-03-03T13:00:00Z'), departed: false };
  const content = { name: ' Ours ', orderBy: 'OBSERVED_LAST_FIRST' as const };
  const kept = contentBytes({ ...content, filter: { ...filter, states: [], text: null } as never });
  expect(contentOf(kept)).toEqual({ ...content, name: 'Ours', filter });
});

it.each(['', '  ', 'x'.repeat(81), 'a\0b', '\ud800'])('refuses the name %j', (name) => {
  expect(nameProblems(name)).toMatchObject([{ field: 'name' }]);
});
