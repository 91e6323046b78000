import { createHash } from 'node:crypto';
import { BRIEF_LOCALES } from './brief-period.js';
import { someBrief } from './brief.fixture.js';
import { briefPage } from './brief-page.js';
import { ENGLISH } from './brief-en.js';
import { SPANISH } from './brief-es.js';

/** What somebody reads, without marks. */
const textOf = (html: string) =>
  html
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
const sections = (html: string) => [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);

describe('the page of a brief', () => {
  it.each(BRIEF_LOCALES)('asks nobody for anything and runs nothing (%s)', (locale) => {
    const html = briefPage(someBrief(180, locale));
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<object|@import|url\(|\son\w+=|\sstyle=/i);
    expect(html).not.toMatch(/(src|srcset|xlink:href)=/);
    const [, style] = /<style>([^]*?)<\/style>/.exec(html)!;
    const digest = createHash('sha256').update(style!).digest('base64');
    const policy = /http-equiv="content-security-policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
    );
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => new URL(href!).host);
    expect(new Set(links)).toEqual(new Set(['board.example.org']));
  });

  it.each(BRIEF_LOCALES)('has every part, and words of one language (%s)', (locale) => {
    const html = briefPage(someBrief(180, locale));
    expect(html).toContain(`<html lang="${locale}">`);
    expect(sections(html)).toHaveLength(8);
    expect(textOf(html)).not.toMatch(/undefined|null|NaN|\[object|[A-Z]+_[A-Z_]+/);
    const other = locale === 'en' ? /Escuela|incidentes|Desde/ : /\bincidents\b|Month|Through/;
    expect(textOf(html)).not.toMatch(other);
  });

  it('says the same in both languages', () => {
    const shape = (value: unknown): unknown =>
      value !== null && typeof value === 'object'
        ? Object.entries(value).map(([key, inner]) => [key, shape(inner)])
        : typeof value;
    expect(shape(SPANISH)).toEqual(shape(ENGLISH));
    const facts = {
      ...{ incidents: '3', recorded: '2', ledgerSize: '9', ledgerHead: 'ab', briefId: 'x' },
      address: 'https://a.example',
    };
    expect(SPANISH.method.points(facts)).toHaveLength(ENGLISH.method.points(facts).length);
    const numbers = (html: string) => textOf(html).match(/\b\d{2,}\b/g)!.length;
    const [english, spanish] = BRIEF_LOCALES.map((one) => briefPage(someBrief(180, one)));
    expect(Math.abs(numbers(english!) - numbers(spanish!))).toBeLessThan(4);
  });

  it('has words and a table for each picture', () => {
    const html = briefPage(someBrief(180));
    const pictures = [...html.matchAll(/<svg role="img" aria-labelledby="([^"]+)"/g)];
    expect(pictures).toHaveLength(3);
    for (const [, ids] of pictures)
      for (const id of ids!.split(' ')) expect(html).toMatch(new RegExp(`id="${id}">[^<]+<`));
    expect(html.match(/<details>/g)).toHaveLength(3);
    expect(textOf(html)).toContain('Bar chart of confirmed incidents by month. The most were in');
    expect(textOf(html)).toContain('July 2025 29');
  });

  it('tells of many, one and none in their own words', () => {
    const many = textOf(briefPage(someBrief(180)));
    expect(many).toContain('169 incidents were confirmed');
    expect(many).toContain('11 more alerts were taken back');
    expect(many).toMatch(/half were verified within [\d.]+ minutes/);
    const one = textOf(briefPage(someBrief(2)));
    expect(one).toContain('One incident was confirmed');
    expect(one).toContain('One more alert was taken back');
    expect(one).toContain('no times are shown');
    expect(one).toContain('not shown');
    const none = briefPage(someBrief(0, 'en', { policies: [] }));
    expect(textOf(none)).toContain('That does not show that there was none');
    expect(sections(none)).toHaveLength(6);
    expect(none.match(/<svg role="img"/g)).toHaveLength(1);
  });

  it('withholds what few people went through', () => {
    const few = textOf(briefPage(someBrief(12)));
    expect(few).toContain('Incidents in which somebody was detained 10 or fewer, or none');
    const many = textOf(briefPage(someBrief(180)));
    expect(many).toMatch(/Incidents in which somebody was detained about \d+[05] /);
  });

  it('says above and below, and in its title, that it is made up', () => {
    const brief = someBrief(20);
    const html = briefPage({ ...brief, figures: { ...brief.figures, synthetic: true } });
    expect(html.match(/class="synthetic"/g)).toHaveLength(2);
    expect(html).toMatch(/<title>MADE-UP DATA FOR TRIALS/);
    expect(briefPage(brief)).not.toContain('class="synthetic"');
  });

  it('names whose outline it is, or says that it is none', () => {
    const brief = someBrief(20);
    expect(textOf(briefPage(brief))).toContain('US Census Bureau, TIGER 2012');
    const without = briefPage({ ...brief, ground: { ...brief.ground, outline: null } });
    expect(textOf(without)).toContain('it is not the border of the district');
    expect(without).toContain('class="district hull"');
  });

  it('keeps the digest of a document whose address was removed', () => {
    const brief = someBrief(1);
    const policies = brief.policies.map((policy) => ({ ...policy, sourceUrl: null }));
    const html = briefPage({ ...brief, policies });
    expect(textOf(html)).toContain('address removed from the record SHA-256 abab');
    expect(html).not.toContain('href=');
  });

  it('writes names as text', () => {
    const district = { id: '1201470', name: '<b>&"x', state: 'FL' };
    const html = briefPage(someBrief(20, 'en', { district }));
    expect(html).toContain('&lt;b&gt;&amp;&quot;x');
    expect(html).not.toContain('<b>');
  });
});
