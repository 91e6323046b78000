import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { readFileSync, readdirSync } from 'node:fs';
import { POLICY_KINDS } from '../schools/policy.js';
import { KIT_KEYS, kitPacks, kitWords } from './kit-words.js';
import { AUDIENCES } from './resource.js';

const textsOf = (folder: URL, locale: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`${locale}.json`, folder), 'utf8')).messages;
const HERE = new URL('./messages/', import.meta.url);
const ALERTS = new URL('../alerts/messages/', import.meta.url);
const locales = [...kitPacks.values()].map(({ meta }) => meta.locale);

/** Names of what is filled in, and the choices of each. */
function pieces(elements: MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.argument) return [element.value];
    if (element.type !== TYPE.select) return [];
    const choices = Object.entries(element.options);
    return choices.flatMap(([name, { value }]) => [`${element.value}=${name}`, ...pieces(value)]);
  });
}

it('is in the languages of the alerts', () => {
  const files = readdirSync(ALERTS).map((file) => file.replace('.json', ''));
  expect(locales.toSorted()).toEqual(files.toSorted());
});

describe.each(locales)('in %s', (locale) => {
  const texts = textsOf(HERE, locale);
  const english = textsOf(HERE, 'en');

  it('every text has the pieces of the English one, and no straight apostrophe', () => {
    expect(Object.keys(texts).toSorted()).toEqual([...KIT_KEYS].toSorted());
    for (const key of KIT_KEYS) {
      expect([key, pieces(parse(texts[key]!)).toSorted()]).toEqual([
        key,
        pieces(parse(english[key]!)).toSorted(),
      ]);
      expect(texts[key]).not.toMatch(/['!]/);
    }
  });

  it('every policy and audience is told in words of its own', () => {
    const { say, meta } = kitWords([locale]);
    expect(new Set(POLICY_KINDS.map((kind) => say('policy', { kind }))).size).toBe(
      POLICY_KINDS.length,
    );
    expect(new Set(AUDIENCES.map((audience) => say('audience', { audience }))).size).toBe(3);
    expect(meta.reviewed).toBe(false);
    if (locale !== 'en') expect(texts['title']).not.toBe(english['title']);
  });
});

it('is found by any tag, and dates are written as the language does', () => {
  const day = (...tags: string[]) => kitWords(tags).day('2026-11-26');
  expect(kitWords(['xx', 'es-MX']).meta.locale).toBe('es');
  expect(kitWords([]).meta.locale).toBe('en');
  expect(day('en')).toBe('November 26, 2026');
  expect(day('es')).toBe('26 de noviembre de 2026');
  expect(day('ht')).toBe('2026-11-26');
});
