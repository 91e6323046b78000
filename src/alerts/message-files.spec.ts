import { readdirSync, readFileSync } from 'node:fs';
import { DISTANCE_BANDS } from './distance-band.js';
import { MESSAGE_KEYS, packs, type MessageKey, type Pack } from './message-files.js';
import { ACTIVITIES, AGENCIES, CHANGES } from './notice.js';

const FOLDER = new URL('./messages/', import.meta.url);
const FILES = readdirSync(FOLDER);
const ENGLISH = packs.get('en')!;

/** What a select may choose by; everything else is a text or a count. */
const CHOICES: Record<string, readonly string[]> = {
  activity: ACTIVITIES,
  agency: AGENCIES,
  band: DISTANCE_BANDS,
  change: CHANGES,
  size: ['both', 'agents', 'vehicles', 'none'],
};

interface Node {
  type: number;
  value?: string;
  options?: Record<string, { value: Node[] }>;
}
const LITERAL = 0;
const SELECT = 5;
const POUND = 7;

/** Every placeholder of a message, with the options of those that are selects. */
function placeholders(pack: Pack, key: MessageKey): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (nodes: Node[]) => {
    for (const { type, value, options } of nodes) {
      if (type === LITERAL || type === POUND) continue;
      const known = found.get(value!) ?? new Set();
      found.set(value!, known);
      for (const [name, option] of Object.entries(options ?? {})) {
        if (type === SELECT) known.add(name);
        visit(option.value);
      }
    }
  };
  visit(pack.formats[key].getAst() as Node[]);
  return found;
}

function texts(file: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')).messages;
}

test('English and Spanish are there, and every file is loaded', () => {
  expect(FILES).toEqual(expect.arrayContaining(['en.json', 'es.json']));
  expect(packs.size).toBe(FILES.length);
});

describe.each([...packs])('messages of %s', (_, pack) => {
  const file = `${pack.meta.locale}.json`;

  test('its meta says what it is', () => {
    expect(pack.meta).toEqual({
      locale: expect.any(String),
      name: expect.stringMatching(/\S/),
      direction: expect.stringMatching(/^(ltr|rtl)$/),
      units: expect.stringMatching(/^(imperial|metric)$/),
      reviewed: expect.any(Boolean),
    });
  });

  test('it has every text and no other', () => {
    expect(Object.keys(texts(file)).sort()).toEqual([...MESSAGE_KEYS].sort());
  });

  test.each(MESSAGE_KEYS)('%s has the placeholders of English', (key) => {
    const expected = placeholders(ENGLISH, key);
    const actual = placeholders(pack, key);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, options] of actual) {
      const missing = [...expected.get(name)!].filter((option) => !options.has(option));
      const allowed = new Set([...(CHOICES[name] ?? []), 'other']);
      const unknown = [...options].filter((option) => !allowed.has(option));
      expect({ name, missing, unknown }).toEqual({ name, missing: [], unknown: [] });
    }
  });

  test('it is calm: no exclamation, no shouting, no markup', () => {
    const mark = texts(file)['drill.mark']!;
    expect(mark).toBe(mark.toLocaleUpperCase(pack.meta.locale));
    for (const [key, text] of Object.entries(texts(file))) {
      expect(text).not.toMatch(/[!¡！<>]/);
      if (key === 'drill.mark') continue;
      const plain = text.replace(/\b[A-Z_]+ \{/g, '{');
      expect(plain).not.toMatch(/\p{Lu}{4}/u);
    }
  });

  test('a drill is marked first in every part', () => {
    for (const key of ['drill.headline', 'drill.body', 'drill.instruction'] as const) {
      expect(texts(file)[key]).toMatch(/^\{mark\}.*\{text\}/s);
    }
  });
});

test('neither language says raid, nor sends anybody toward officers', () => {
  const unwanted = {
    'en.json':
      /\b(raids?|illegals?|aliens?|film|record|video|photo|gather|block|confront|chase)\b/i,
    'es.json':
      /\b(redadas?|ilegal(es)?|filme|grabe|video|foto|reúnase|bloquee|persiga|enfrente)\b/i,
  };
  for (const [file, words] of Object.entries(unwanted)) {
    expect(Object.values(texts(file)).join(' ')).not.toMatch(words);
  }
});
