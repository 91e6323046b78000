import { MESSAGE_KEYS, packs } from './message-files.js';
import { supportedLocales } from './messages.js';
import { DISTANCE_BANDS } from './distance-band.js';
import { ACTIVITIES, AGENCIES, CHANGES } from './notice.js';
import { reviewPage } from './review-page.js';
import { reviewScenes } from './review-scenes.js';

const page = reviewPage(supportedLocales());
const drafts = reviewScenes().flatMap(({ scenes }) => scenes.map(({ draft }) => draft));
const has = <T>(pick: (draft: (typeof drafts)[number]) => T) => [...new Set(drafts.map(pick))];

/** The page as it is read: without tags and with its characters. */
const read = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&(quot|#39|lt|gt|amp);/g, (_, name: string) => CHARACTERS[name]!);
const CHARACTERS: Record<string, string> = { quot: '"', '#39': "'", lt: '<', gt: '>', amp: '&' };

interface Node {
  type: number;
  value?: string;
  options?: Record<string, { value: Node[] }>;
}
const LITERAL = 0;
const SELECT = 5;

describe('the scenes', () => {
  test('show each kind, change, activity, agency and distance', () => {
    expect(has(({ kind }) => kind).sort()).toEqual(['ALERT', 'ALL_CLEAR', 'RETRACTION', 'UPDATE']);
    expect(has(({ change }) => change)).toEqual(expect.arrayContaining([...CHANGES]));
    expect(has(({ facts }) => facts.activity)).toEqual(expect.arrayContaining([...ACTIVITIES]));
    expect(has(({ facts }) => facts.agency)).toEqual(expect.arrayContaining([...AGENCIES]));
    expect(has(({ band }) => band)).toEqual(expect.arrayContaining([...DISTANCE_BANDS]));
    expect(has(({ status }) => status).sort()).toEqual(['Actual', 'Exercise']);
  });

  test('count with every plural form of every language', () => {
    for (const { meta } of packs.values()) {
      const rules = new Intl.PluralRules(meta.locale);
      const forms = (counts: number[]) => new Set(counts.map((count) => rules.select(count)));
      const all = forms(Array.from({ length: 999 }, (_, zero) => zero + 1));
      const counted = (pick: (draft: (typeof drafts)[number]) => number | null) =>
        forms(has(pick).filter((count): count is number => count !== null));
      expect(counted(({ facts }) => facts.agents)).toEqual(all);
      expect(counted(({ facts }) => facts.vehicles)).toEqual(all);
      expect(counted(({ facts }) => facts.reports)).toEqual(all);
    }
  });
});

describe('the page', () => {
  test('stands alone: no script, nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=|\son\w+=/i);
  });

  test('says of each language what it is, and that nobody has reviewed it', () => {
    for (const { meta } of packs.values()) {
      expect(page).toContain(`<a href="#${meta.locale}">`);
      const section = sectionOf(meta.locale);
      expect(section).toContain(`src/alerts/messages/${meta.locale}.json`);
      expect(section).toContain(
        `<span lang="${meta.locale}" dir="${meta.direction}">${meta.name}</span>`,
      );
      expect(section.includes('not yet')).toBe(!meta.reviewed);
      expect(section).toContain(
        `class="text headline" lang="${meta.locale}" dir="${meta.direction}"`,
      );
    }
  });

  test.each(supportedLocales())('leaves out no text of %s', (locale) => {
    const pack = [...packs.values()].find(({ meta }) => meta.locale === locale)!;
    const shown = read(sectionOf(locale));
    const missing = (nodes: Node[]): string[] =>
      nodes.flatMap(({ type, value, options }) => {
        if (type === LITERAL) return shown.includes(value!.trim()) ? [] : [value!];
        return type === SELECT
          ? Object.values(options!).flatMap((option) => missing(option.value))
          : [];
      });
    const all = MESSAGE_KEYS.flatMap((key) => missing(pack.formats[key].getAst() as Node[]));
    expect(all).toEqual([]);
  });

  test('an instruction is shown once, and then referred to', () => {
    const english = sectionOf('en');
    expect(english.split('You can return to your usual plans')).toHaveLength(3);
    expect(english).toContain('Instruction as under “A first alert”.');
  });

  test('of one language holds English and that one', () => {
    const somali = reviewPage(['so']);
    expect(somali.match(/<section/g)).toHaveLength(1);
    const languages = new Set([...somali.matchAll(/lang="([^"]+)"/g)].map(([, tag]) => tag));
    expect([...languages].sort()).toEqual(['en', 'so']);
  });

  function sectionOf(locale: string): string {
    const start = page.indexOf(`<section id="${locale}">`);
    return page.slice(start, page.indexOf('</section>', start));
  }
});
