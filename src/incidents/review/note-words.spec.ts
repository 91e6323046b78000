import { noteWords } from './note-words.js';

it.each([
  ['Dos camionetas junto a la ESCUELA', ['dos', 'camionetas', 'junto', 'la', 'escuela']],
  ['María, maria: MARÍA', ['maria']],
  ['I-200 and AO 93', ['200', 'and', 'ao', '93']],
  ['校門 前', ['校門']],
  ['', []],
  ['a . b', []],
])('%j has the words %j', (text, words) => {
  expect(noteWords(text)).toEqual(words);
});
