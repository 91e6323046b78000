import { capProblems } from '../../../test/support/cap-schema.js';
import fc from 'fast-check';
import { atomFeed, payloadsOfAtom } from './atom.js';
import { capXml, payloadsOfCap } from './cap-xml.js';
import { geoJsonFeed, payloadsOfGeoJson } from './geojson.js';
import { SITE, anyPublished } from './published.fixture.js';

const FEED = {
  title: 'Alerts',
  self: `${SITE.publicUrl}/alerts.atom`,
  locale: 'es',
  updated: new Date('2026-03-03T13:16:00Z'),
};

/** Payloads come back to the letter, so that a signature over them can be checked from the file. */
describe('read(render(x)) is x', () => {
  test('in CAP, of every reviewed locale', () => {
    fc.assert(
      fc.property(anyPublished, (one) => {
        const { en, es } = one.payloads;
        expect(payloadsOfCap(capXml(one, SITE, () => true))).toStrictEqual([en, es]);
        expect(payloadsOfCap(capXml(one, SITE, (locale) => locale === 'es'))).toStrictEqual([es]);
        expect(payloadsOfCap(capXml(one, SITE, () => false))).toStrictEqual([en]);
      }),
    );
  });

  test.each([
    ['Atom', atomFeed, payloadsOfAtom],
    ['GeoJSON', geoJsonFeed, payloadsOfGeoJson],
  ] as const)('in %s, of every message', (_format, write, read) => {
    fc.assert(
      fc.property(fc.array(anyPublished, { maxLength: 3 }), (all) => {
        expect(read(write(all, FEED, SITE))).toStrictEqual(all.map(({ payloads }) => payloads.es));
      }),
    );
  });

  test('and whatever is told, CAP files are valid by the schema of OASIS', async () => {
    const files = fc.sample(anyPublished, 60).map((one) => capXml(one, SITE, () => true));
    expect(await capProblems(...files)).toEqual([]);
  });
});
