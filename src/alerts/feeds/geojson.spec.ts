import { geoJsonFeed, payloadsOfGeoJson } from './geojson.js';
import { UnreadableFeed } from './payload-parameters.js';
import { SITE, earlierMessage, published } from './published.fixture.js';

const feed = {
  title: 'Campana alerts',
  self: `${SITE.publicUrl}/alerts.geojson`,
  locale: 'en',
  updated: new Date('2026-03-03T13:16:00Z'),
};
const earlier = [earlierMessage(1, -70, -10), earlierMessage(2, -20, 40)];
const text = geoJsonFeed(
  [published({ kind: 'UPDATE', msgType: 'Update' }, { earlier })],
  feed,
  SITE,
);

it('is a FeatureCollection as the weather service writes one', () => {
  const { features, ...top } = JSON.parse(text);
  expect(top).toEqual({
    type: 'FeatureCollection',
    title: 'Campana alerts',
    updated: '2026-03-03T13:16:00.000Z',
  });
  const url = `${SITE.publicUrl}/alerts/0f8fad5b-d9cb-469f-a165-70867728950e`;
  expect(features).toHaveLength(1);
  expect(features[0]).toMatchObject({
    id: url,
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [-81.3777, 28.5391] },
    properties: {
      '@id': url,
      id: 'urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e',
      areaDesc: 'within ½ mile of Oak Ridge Elementary School, Orlando, FL',
      geocode: { NCESSCH: ['120144001234'], LEAID: ['1201440'] },
      affectedDistricts: ['https://campana.example.org/alerts.geojson?district=1201440'],
      references: [
        {
          '@id': `${SITE.publicUrl}/alerts/7c9e6679-7425-40de-944b-000000000002`,
          identifier: 'urn:uuid:7c9e6679-7425-40de-944b-000000000002',
          sender: 'campana.example.org',
          sent: '2026-03-03T12:56:00.000Z',
        },
      ],
      sent: '2026-03-03T13:16:00.000Z',
      expires: '2026-03-03T14:16:00.000Z',
      ends: null,
      status: 'Actual',
      messageType: 'Update',
      response: 'Monitor',
    },
  });
});

it('signs every member that the payload has', () => {
  const { parameters } = JSON.parse(text).features[0].properties;
  expect(parameters).toMatchObject({
    references: [earlier.map(({ id }) => id).join(' ')],
    signature: [expect.stringMatching(/^key1:/)],
    reviewed: ['false'],
  });
});

const changed = (change: (properties: any) => void) => {
  const collection = JSON.parse(text);
  change(collection.features[0].properties);
  return JSON.stringify(collection);
};

it.each([
  ['no JSON', '<'],
  ['another thing', '[]'],
  ['features that are none', '{"features":{}}'],
  ['a feature that is none', '{"features":[null]}'],
  ['a missing text', changed((properties) => delete properties.headline)],
  ['a text that is none', changed((properties) => (properties.description = 1))],
  ['another time', changed((properties) => (properties.expires = '2036-03-03T14:16:00.000Z'))],
  ['another event', changed((properties) => (properties.event = 'Gas leak'))],
  ['a text beside it', changed((properties) => (properties.NWSheadline = 'Evacuate.'))],
  ['two signatures', changed(({ parameters }) => parameters.signature.push('x'))],
  ['too much', ' '.repeat(16 * 1024 * 1024 + 1)],
])('refuses %s', (_what, file) => {
  expect(() => payloadsOfGeoJson(file)).toThrow(UnreadableFeed);
});
