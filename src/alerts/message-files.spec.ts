import { readdirSync, readFileSync } from 'node:fs';
import { DISTANCE_BANDS } from './distance-band.js';
import { MESSAGE_KEYS, packs, type MessageKey, type Pack } from './message-files.js';
import { ACTIVITIES, AGENCIES, CHANGES } from './notice.js';

const FOLDER = new URL('./messages/', import.meta.url);
const FILES = readdirSync(FOLDER);
const ENGLISH = packs.get('en')!;
const TWELVE = ['ar', 'en', 'es', 'ht', 'ko', 'pt', 'ru', 'so', 'tl', 'ur', 'vi', 'zh-Hans'];

/** What a select may choose by; everything else is a text or a count. */
const CHOICES: Record<string, readonly string[]> = {
  activity: ACTIVITIES,
  agency: AGENCIES,
  band: DISTANCE_BANDS,
  change: CHANGES,
  size: ['both', 'agents', 'vehicles', 'none'],
};

/**
 * Words that frighten or accuse, and any word that tells a reader to film, gather, block, follow or go
 * and look. What officers were seen doing may be said; what a family should not do may not be asked.
 */
const UNWANTED: Record<string, RegExp> = {
  en: words(
    'raids? illegals? aliens? film record video photo gather block confront chase crackdown',
  ),
  es: words('redadas? ilegal(es)? filme grabe video foto reúnase bloquee persiga enfrente acuda'),
  pt: words(
    'batidas? ilegal ilegais clandestin[oa]s? filme[mn]? grave[mn]? vídeos? fotos? reúna[mn]?-se bloqueie[mn]? persiga[mn]? enfrente[mn]? acompanhe[mn]? vá vão até',
  ),
  ru: words(
    'рейд\\p{L}* облав\\p{L}* нелегал\\p{L}* захват\\p{L}* видео фото снимайте фотографируйте записывайте соберитесь собирайтесь перекройте блокируйте преследуйте остановите идите',
  ),
  ar: /مداهم|غارة|غير شرعي|غير قانوني|صو[ّ]?روا|فيديو|صورة|تجمعوا|تجمّعوا|اعترضوا|أغلقوا|طاردوا|واجهوا|اذهبوا/u,
  'zh-Hans':
    /突袭|突击|扫荡|围捕|抓捕|搜捕|非法|偷渡|拍摄|拍照|录像|录影|视频|围观|堵住|阻拦|阻挡|对抗|追赶|请聚集|前往现场/u,
  vi: words(
    'đột\\skích bố\\sráp vây\\sbắt càn\\squét bất\\shợp\\spháp quay\\sphim ghi\\shình chụp\\sảnh video hãy\\stập\\strung hãy\\schặn đối\\sđầu đuổi\\stheo',
  ),
  ht: words(
    'rafl desant ilegal klandesten filme anrejistre videyo foto rasanble\\snou vin\\srasanble bloke afwonte pouswiv',
  ),
  ur: /چھاپ[ہےوں]|غیر قانونی|غیر ملکی|ویڈیو|تصویر|فلم بنا|ریکارڈ کر|جمع ہو جائیں|راستہ روک|پیچھا|گھیر|مقابلہ/u,
  so: words(
    'weerar\\p{L}* duulaan\\p{L}* sharci-darro sharcidarro duub\\p{L}* muuqaal\\p{L}* sawir\\p{L}* fiidiyow\\p{L}* isu\\ssoo\\sbaxa xannib\\p{L}* eryo eryada',
  ),
  tl: words(
    'raid reyd ilegal iligal tnt video bidyo litrato kunan magtipon harangin harangan habulin sundan komprontahin puntahan',
  ),
  ko: /급습|습격|검거|불법|체류자|촬영|녹화|동영상|사진|모이세요|모입시다|막으세요|가로막|추격|맞서|쫓/u,
};

/** Whole words, whatever the alphabet; each may hold a pattern. */
function words(list: string): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${list.split(' ').join('|')})(?!\\p{L})`, 'iu');
}

interface Node {
  type: number;
  value?: string;
  options?: Record<string, { value: Node[] }>;
}
const LITERAL = 0;
const SELECT = 5;
const PLURAL = 6;
const POUND = 7;

/** Every part of a message, at any depth. */
function nodesOf(pack: Pack, key: MessageKey): Node[] {
  const deep = (nodes: Node[]): Node[] =>
    nodes.flatMap((node) => [
      node,
      ...Object.values(node.options ?? {}).flatMap(({ value }) => deep(value)),
    ]);
  return deep(pack.formats[key].getAst() as Node[]);
}

/** Every placeholder of a message, with the options of those that are selects. */
function placeholders(pack: Pack, key: MessageKey): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { type, value, options } of nodesOf(pack, key)) {
    if (type === LITERAL || type === POUND) continue;
    const known = found.get(value!) ?? new Set();
    found.set(value!, known);
    if (type === SELECT) for (const name of Object.keys(options!)) known.add(name);
  }
  return found;
}

const intlKnows = ({ meta }: Pack) =>
  Intl.DateTimeFormat.supportedLocalesOf(meta.locale).length > 0;

/** What a report may count; see `reports/salute.ts`. */
const COUNTS = Array.from({ length: 999 }, (_, zero) => zero + 1);

/**
 * How CLDR counts in a language: the name of a number's category, and every name there is. Where Intl
 * lacks the language, CLDR's root holds, which knows "other" alone.
 */
function counting(locale: string) {
  if (Intl.PluralRules.supportedLocalesOf(locale).length === 0)
    return { category: () => 'other', categories: ['other'] };
  const rules = new Intl.PluralRules(locale);
  return {
    category: (count: number): string => rules.select(count),
    categories: rules.resolvedOptions().pluralCategories as string[],
  };
}

/** Runs of five words; an agency may keep its English name. */
function runs(text: string): string[] {
  const words =
    text
      .replaceAll('Customs and Border Protection', '')
      .toLowerCase()
      .match(/[\p{L}\p{M}’']+/gu) ?? [];
  return words.slice(4).map((_, start) => words.slice(start, start + 5).join(' '));
}

const literals = (pack: Pack): string[] =>
  MESSAGE_KEYS.flatMap((key) => nodesOf(pack, key))
    .filter(({ type }) => type === LITERAL)
    .map(({ value }) => value!);

function texts(file: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')).messages;
}

test('the twelve languages are there, and every file is loaded', () => {
  const loaded = [...packs.values()].map(({ meta }) => meta.locale);
  expect(loaded).toEqual(expect.arrayContaining(TWELVE));
  expect(loaded.map((locale) => `${locale}.json`).sort()).toEqual(FILES.sort());
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
      ...(intlKnows(pack) ? {} : { calendar: expect.anything() }),
    });
    const { days, months } = pack.meta.calendar ?? { days: [], months: [] };
    expect([new Set(days).size, new Set(months).size]).toEqual(intlKnows(pack) ? [0, 0] : [7, 12]);
  });

  test('its direction is that of its script', () => {
    const { script } = new Intl.Locale(pack.meta.locale).maximize();
    const rtl = ['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa'].includes(script!);
    expect(pack.meta.direction).toBe(rtl ? 'rtl' : 'ltr');
  });

  test('its times and numbers do not depend on the machine', () => {
    expect(Intl.DateTimeFormat.supportedLocalesOf(pack.formatLocale)).toHaveLength(1);
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

  test.each(MESSAGE_KEYS)('%s counts as the language does', (key) => {
    const { category, categories } = counting(pack.meta.locale);
    for (const { type, options } of nodesOf(pack, key)) {
      if (type !== PLURAL) continue;
      const written = Object.keys(options!);
      const exact = new Set(written.filter((name) => name.startsWith('=')));
      const needed = COUNTS.filter((count) => !exact.has(`=${count}`)).map(category);
      expect(written).toEqual(expect.arrayContaining([...new Set([...needed, 'other'])]));
      expect([...categories, ...exact]).toEqual(expect.arrayContaining(written));
      expect([...exact].filter((name) => !/^=[0-2]$/.test(name))).toEqual([]);
    }
  });

  test('nothing is left in English', () => {
    if (pack === ENGLISH) return;
    const english = new Set(literals(ENGLISH).flatMap(runs));
    expect(
      literals(pack)
        .flatMap(runs)
        .filter((run) => english.has(run)),
    ).toEqual([]);
  });

  test('it says nothing of what the tone rules forbid', () => {
    const unwanted = UNWANTED[pack.meta.locale];
    expect(unwanted).toBeDefined();
    expect(unwanted!.exec(literals(pack).join('\n'))?.[0]).toBeUndefined();
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
