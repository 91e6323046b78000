import { capProblems } from '../../../test/support/cap-schema.js';
import { DISTANCE_BANDS } from '../distance-band.js';
import { payloadsOfCap } from './cap-xml.js';
import { capXml } from './cap-xml.js';
import { UnreadableFeed } from './payload-parameters.js';
import { SITE, earlierMessage, published } from './published.fixture.js';

const all = () => true;
const none = () => false;
const value = (xml: string, element: string) =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text]) => text);
const parameter = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<valueName>${name}</valueName>\\s*<value>([^<]*)<`, 'g'))].map(
    ([, text]) => text,
  );

const chain = [earlierMessage(1, -70, -10), earlierMessage(2, -20, 40), earlierMessage(3, -10, 50)];
const update = published({ kind: 'UPDATE', msgType: 'Update' }, { earlier: chain });
const allClear = published(
  {
    kind: 'ALL_CLEAR',
    msgType: 'Update',
    responseType: 'AllClear',
    ends: new Date('2026-03-03T13:16:00Z'),
  },
  { earlier: chain },
);
const retraction = published(
  { kind: 'RETRACTION', msgType: 'Cancel', responseType: 'None', certainty: 'Unlikely' },
  { earlier: chain },
);

it('is valid by the schema of OASIS, whatever is told', async () => {
  const alerts = [
    ...DISTANCE_BANDS.map((band) => published({ band })),
    ...[update, allClear, retraction, published({ status: 'Exercise' })],
  ];
  const files = alerts.flatMap((one) => [capXml(one, SITE, all), capXml(one, SITE, none)]);
  expect(await capProblems(...files)).toEqual([]);
  // And the validator does find fault.
  expect(await capProblems(files[0]!.replace('-00:00', 'Z'))).not.toEqual([]);
});

it('names the sender, and writes times as CAP does', () => {
  const xml = capXml(published(), SITE, all);
  expect(value(xml, 'identifier')).toEqual(['urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e']);
  expect(value(xml, 'sender')).toEqual(['campana.example.org']);
  expect(value(xml, 'sent')).toEqual(['2026-03-03T13:16:00-00:00']);
  expect(value(xml, 'scope')).toEqual(['Public']);
  expect(parameter(xml, 'sent')).toEqual(Array(2).fill('2026-03-03T13:16:00.000Z'));
});

it('tells every reviewed language, of one category and event', () => {
  const xml = capXml(published(), SITE, all);
  expect(value(xml, 'language')).toEqual(['en', 'es']);
  for (const element of ['category', 'event']) expect(new Set(value(xml, element)).size).toBe(1);
  expect(value(xml, 'areaDesc')).toEqual([
    'within ½ mile of Oak Ridge Elementary School, Orlando, FL',
    'a menos de 800 m de Oak Ridge Elementary School, Orlando, FL',
  ]);
  expect(parameter(xml, 'reviewed')).toEqual(['true', 'true']);
});

it('tells English while none is reviewed, and says so', () => {
  const xml = capXml(published(), SITE, none);
  expect(value(xml, 'language')).toEqual(['en']);
  expect(parameter(xml, 'reviewed')).toEqual(['false']);
});

it.each([update, allClear, retraction])(
  'names every earlier message that had not expired',
  (one) => {
    expect(value(capXml(one, SITE, all), 'references')).toEqual([
      [
        'campana.example.org,urn:uuid:7c9e6679-7425-40de-944b-000000000002,2026-03-03T12:56:00-00:00',
        'campana.example.org,urn:uuid:7c9e6679-7425-40de-944b-000000000003,2026-03-03T13:06:00-00:00',
      ].join(' '),
    ]);
  },
);

it('names the latest earlier message when all had expired, and none where there is none', () => {
  const earlier = [earlierMessage(1, -90, -60), earlierMessage(2, -60, -30)];
  const late = published({ kind: 'RETRACTION', msgType: 'Cancel' }, { earlier });
  expect(value(capXml(late, SITE, all), 'references')[0]).toMatch(/^\S+000000000002,\S+$/);
  expect(value(capXml(published(), SITE, all), 'references')).toEqual([]);
});

it.each([
  ['AT', '28.5391,-81.3777 0.1'],
  ['QUARTER_MILE', '28.5391,-81.3777 0.403'],
  ['ONE_MILE', '28.5391,-81.3777 1.61'],
  ['BEYOND', undefined],
] as const)('draws %s around the school', (band, circle) => {
  const xml = capXml(published({ band }), SITE, none);
  expect(value(xml, 'circle')).toEqual(circle ? [circle] : []);
  expect(parameter(xml, 'NCESSCH')).toEqual(['120144001234']);
  expect(parameter(xml, 'LEAID')).toEqual(['1201440']);
});

it('claims no authority', () => {
  const xml = capXml(retraction, SITE, all);
  for (const word of ['IPAWS', 'SAME', '<code>', 'eventCode']) expect(xml).not.toContain(word);
});

it('notes what is an exercise, and what is withdrawn', () => {
  expect(value(capXml(published({ status: 'Exercise' }), SITE), 'note')[0]).toMatch(/^Exercise /);
  expect(value(capXml(retraction, SITE), 'note')[0]).toMatch(/withdrawn/);
  expect(value(capXml(published(), SITE), 'note')).toEqual([]);
});

it('says when it ended', () => {
  expect(parameter(capXml(allClear, SITE, none), 'ends')).toEqual(['2026-03-03T13:16:00.000Z']);
});

describe('payloadsOfCap', () => {
  const xml = capXml(published(), SITE, none);

  it.each([
    ['another sent', /<sent>[^<]*/, '<sent>2026-03-03T13:17:00-00:00'],
    ['another expiry', /<expires>[^<]*/, '<expires>2026-03-03T19:16:00-00:00'],
    ['another language', '<language>en', '<language>es'],
    ['another incident', /<incidents>[^<]*/, '<incidents>x'],
    ['no identifier', 'urn:uuid:', 'urn:oid:'],
    ['two headlines', '<headline>', '<headline>Calm</headline><headline>'],
    [
      'a doubled parameter',
      '<parameter>',
      '<parameter><valueName>sent</valueName><value>x</value></parameter><parameter>',
    ],
    ['a missing parameter', '<valueName>incidentId', '<valueName>incident'],
    ['an unknown type', '<msgType>Alert', '<msgType>Alarm'],
    ['another event', '<event>', '<event>Gas leak. '],
    ['a note that is not ours', '<info>', '<note>Evacuate.</note><info>'],
    ['a word inside a word', '<headline>', '<headline><web>Evacuate.</web>'],
    [
      'an `info` for other readers',
      '</alert>',
      '<cap:info><cap:event>x</cap:event></cap:info></alert>',
    ],
    ['a file to be fetched', '<area>', '<resource><uri>https://example.org</uri></resource><area>'],
    ['an `info` of another namespace', '<info>', '<info xmlns="urn:x">'],
    ['instructions for a browser', '<alert ', '<?xml-stylesheet href="x.css"?><alert '],
    ['another namespace', 'tc:emergency:cap:1.2', 'tc:emergency:cap:1.1'],
  ])('refuses %s', (_what, from, to) => {
    expect(xml.replace(from, to)).not.toBe(xml);
    expect(() => payloadsOfCap(xml.replace(from, to))).toThrow(UnreadableFeed);
  });

  it('reads what another tool wrote in another way', () => {
    const { headline } = payloadsOfCap(xml)[0]!;
    const told = (text: string) => `<headline>${text}</headline>`;
    for (const same of [
      `<![CDATA[${headline}]]>`,
      headline.replace('I', '&#x49;'),
      `<!-- -->${headline}`,
    ])
      expect(payloadsOfCap(xml.replace(told(headline), told(same)))[0]!.headline).toBe(headline);
  });
});

it('links the kit of the district in each language, and reads no other link', () => {
  const xml = capXml(published(), SITE, all);
  const { id } = published().district;
  expect(value(xml, 'uri')).toEqual(
    ['en', 'es'].map((locale) => `${SITE.publicUrl}/kits/${id}?locale=${locale}`),
  );
  expect(payloadsOfCap(xml)).toHaveLength(2);
  const elsewhere = ['https://evil.example/kits', `${SITE.publicUrl}.evil.example/kits`];
  for (const site of elsewhere)
    expect(() => payloadsOfCap(xml.replace(`<uri>${SITE.publicUrl}/kits`, `<uri>${site}`))).toThrow(
      UnreadableFeed,
    );
  expect(() => payloadsOfCap(xml.replace(`/kits/${id}?`, '/invite/x?'))).toThrow(UnreadableFeed);
});
