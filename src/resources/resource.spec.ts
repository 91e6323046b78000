import { resourceOf } from './resource.fixture.js';
import { isSame, resourceProblems, seriesOf, tidied, type ResourceText } from './resource.js';

const wrong = (change: Partial<ResourceText>) =>
  resourceProblems(resourceOf(change)).map(({ field }) => field);

describe('a resource', () => {
  it.each<[string, Partial<ResourceText>, string[]]>([
    ['as it should be', {}, []],
    ['of a state', { state: 'FL' }, []],
    ['of a district', { districtId: '1201470' }, []],
    ['of a territory', { state: 'PR' }, []],
    ['of no state there is', { state: 'ZZ' }, ['state']],
    ['of a state and a district', { state: 'FL', districtId: '1201470' }, ['state']],
    ['of half a district', { districtId: '120147' }, ['districtId']],
    ['of a topic with blanks', { topic: 'At the door' }, ['topic']],
    ['of a long topic', { topic: 'x'.repeat(61) }, ['topic']],
    ['in no language', { locale: 'english' }, ['locale']],
    ['in a language spelled otherwise', { locale: 'ES' }, ['locale']],
    ['in another language', { locale: 'hmn' }, []],
    ['of rank 0', { rank: 0 }, ['rank']],
    ['of half a rank', { rank: 1.5 }, ['rank']],
    ['of one day', { effectiveUntil: '2026-09-01' }, []],
    ['that ends before it begins', { effectiveUntil: '2026-08-31' }, ['effectiveUntil']],
    ['without a title', { title: '' }, ['title']],
    ['of a long title', { title: 'x'.repeat(121) }, ['title']],
    ['of a title of two lines', { title: 'a\nb' }, ['title']],
    ['with a bell', { body: 'a\u0007' }, ['body']],
    ['that turns its direction', { body: 'a\u202eb' }, ['body']],
    ['with half a character', { body: 'a\ud800' }, ['body']],
    ['in Urdu, with joiners', { body: 'گھر\u200cوالے\nدو' }, []],
    ['of a long text', { body: 'x'.repeat(1_201) }, ['body']],
    ['of a link alone', { body: null, url: 'https://www.example.org/' }, []],
    ['of nothing', { body: null, url: null }, ['body']],
    ['with a tracked link', { url: 'https://www.example.org/?utm_id=1' }, ['url']],
    ['with a source at http', { sourceUrl: 'http://www.example.org/' }, ['sourceUrl']],
    ['without a source', { sourceUrl: null, sourceSha256: null }, []],
    ['of a short digest', { sourceSha256: 'a'.repeat(63) }, ['sourceSha256']],
    ['of nobody', { publisher: '' }, ['publisher']],
  ])('%s', (_, change, fields) => expect(wrong(change)).toEqual(fields));

  it('is tidied before it is compared', () => {
    const written = resourceOf({
      ...{ topic: ' At-The-Door ', locale: 'EN', state: ' fl ', title: ' At the door ' },
      ...{ body: 'One\r\ntwo ', sourceSha256: 'AB'.repeat(32), url: ' ' },
    });
    expect(tidied(written)).toMatchObject({
      ...{ topic: 'at-the-door', locale: 'en', state: 'FL', title: 'At the door' },
      ...{ body: 'One\ntwo', sourceSha256: 'ab'.repeat(32) },
    });
  });

  it('is the same only if every word of it is', () => {
    const one = resourceOf();
    expect(isSame(one, { ...resourceOf(), id: 'x', version: 2 } as ResourceText)).toBe(true);
    for (const change of [{ title: 'x' }, { counselReviewed: true }, { url: 'x' }, { rank: 2 }])
      expect(isSame(one, resourceOf(change))).toBe(false);
  });

  it('belongs to one series of topic, audience, language and place', () => {
    const all = [{}, { audience: 'EDUCATORS' }, { locale: 'es' }, { state: 'FL' }, { topic: 'x' }];
    const series = all.map((change) => seriesOf(resourceOf(change as Partial<ResourceText>)));
    expect(new Set(series).size).toBe(5);
    expect(seriesOf(resourceOf({ title: 'x' }))).toBe(series[0]);
  });
});
