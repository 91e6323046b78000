import { searchPlan, wordsOf } from './search-words.js';

describe('wordsOf', () => {
  it.each([
    ['Kissimmee Elementary School', ['kissimmee', 'elementary', 'school']],
    ["O'Neal Children’s K-8", ['oneal', 'childrens', 'k', '8']],
    ['P.K. Yonge', ['pk', 'yonge']],
    ['J.F.K Middle', ['jfk', 'middle']],
    ['St.Cloud', ['st', 'cloud']],
    ['Saint Cloud Elem', ['st', 'cloud', 'elementary']],
    ['Escuela Peña', ['escuela', 'pena']],
    ['Walla Walla', ['walla']],
    ['!!! — ', []],
  ])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));

  it('is bounded', () => {
    const long = Array.from({ length: 90 }, (_, n) => `word${n}`).join(' ');
    expect(wordsOf(long)).toHaveLength(24);
    expect(wordsOf('x'.repeat(5_000))[0]).toHaveLength(40);
  });
});

describe('searchPlan', () => {
  const kissimmee = { term: 1, word: 'kissimmee', score: 500 };
  const elementary = { term: 2, word: 'elementary', score: 615 };
  const element = { term: 2, word: 'element', score: 500 };

  it('finds candidates by the words that narrow it down, and ranks by all', () => {
    expect(searchPlan([kissimmee, elementary, element])).toEqual({
      kind: 'ranked',
      words: ['kissimmee'],
      matches: [kissimmee, { ...elementary, score: 185 }, { ...element, score: 150 }],
      least: 300,
    });
  });

  it('takes common words as they are when there is nothing else', () => {
    expect(
      searchPlan([
        { ...elementary, term: 1 },
        { ...element, term: 1 },
      ]),
    ).toEqual({
      kind: 'generic',
      words: ['elementary'],
    });
  });

  it('drops what is hardly alike where a school carries the very word', () => {
    const lake = { term: 1, word: 'lake', score: 1_000 };
    const lakes = { term: 1, word: 'lakeside', score: 700 };
    expect(searchPlan([lake, lakes, { term: 1, word: 'blake', score: 375 }])).toMatchObject({
      words: ['lake', 'lakeside'],
      matches: [lake, lakes],
    });
  });

  it('is undefined when nothing is alike', () => expect(searchPlan([])).toBeUndefined());
});
