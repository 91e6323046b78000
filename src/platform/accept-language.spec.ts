import { acceptedLanguages } from './accept-language.js';

test.each([
  [undefined, []],
  ['', []],
  ['*', []],
  ['es', ['es']],
  ['es;q=0.5, ko', ['ko', 'es']],
  ['mam, es-GT;q=0.9, es;q=0.8, en;q=0.1', ['mam', 'es-GT', 'es', 'en']],
  ['fr;q=0, ht;q=0.2', ['ht']],
  ['de;q=x, <script>, pt-BR', ['pt-BR']],
])('%j: %j', (header, tags) => {
  expect(acceptedLanguages(header)).toEqual(tags);
});
