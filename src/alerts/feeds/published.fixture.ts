import type { AlertPayload } from '../messages.js';
import fc from 'fast-check';
import { ASSESSMENTS } from '../alert-builder.js';
import { DISTANCE_BANDS } from '../distance-band.js';
import { render, uuid, ID, SENT } from '../scene.fixture.js';
import type { EarlierMessage, PublishedAlert, Site } from './published-alert.js';

export const SITE: Site = { publicUrl: 'https://campana.example.org' };

const minutes = (count: number) => new Date(SENT.getTime() + count * 60_000);

/** An earlier message of the incident, sent and expiring so many minutes from the usual moment. */
export const earlierMessage = (n: number, sent: number, expires: number): EarlierMessage => ({
  id: uuid(n),
  sent: minutes(sent),
  expires: minutes(expires),
});

/** The usual scene, as it is published: 700 m from Oak Ridge, for an hour. */
export function published(
  change: Partial<PublishedAlert['alert']> = {},
  more: Partial<Omit<PublishedAlert, 'alert'>> = {},
): PublishedAlert {
  const payload = (locale: string): AlertPayload => ({
    ...render(locale, {}),
    ...(change.msgType && { msgType: change.msgType }),
    ...(change.status && { status: change.status }),
    references: more.earlier?.map(({ id }) => id) ?? [],
    signature: `key1:${'a'.repeat(86)}`,
  });
  return {
    alert: {
      id: ID,
      incidentId: uuid(0),
      kind: 'ALERT',
      status: 'Actual',
      msgType: 'Alert',
      certainty: 'Observed',
      responseType: 'Monitor',
      urgency: ASSESSMENTS.VEHICLE_STOP.urgency,
      severity: ASSESSMENTS.VEHICLE_STOP.severity,
      onset: minutes(-6),
      sent: SENT,
      expires: minutes(60),
      ends: null,
      band: 'HALF_MILE',
      facts: { activity: 'VEHICLE_STOP', agency: 'ICE', agents: 3, vehicles: 2, reports: 1 },
      ...change,
    },
    earlier: [],
    school: {
      id: '120144001234',
      name: 'Oak Ridge Elementary School',
      city: 'Orlando',
      state: 'FL',
      latitude: 28.5391,
      longitude: -81.3777,
    },
    district: { id: '1201440', name: 'Orange' },
    payloads: { en: payload('en'), es: payload('es') },
    ...more,
  };
}

/** Every character that XML can hold, the awkward ones often. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'<>&"\' \t\r\n;#]',
        ']]>',
        '&amp;',
        '<!--',
        '\u202e',
        'ا',
        'ב',
        '👩🏽‍🏫',
        '\u{fffd}',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) =>
    parts.join('').replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ''),
  );

const moment = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2090-01-01T00:00:00Z'),
  noInvalidDate: true,
});

const payload = (facts: { id: string; incidentId: string; sent: Date; expires: Date }) =>
  fc
    .record(
      {
        headline: text,
        body: text,
        instruction: text,
        url: fc.webUrl({ withQueryParameters: true, withFragments: true }),
        references: fc.array(fc.uuid(), { maxLength: 5 }),
        replaces: fc.array(fc.uuid(), { maxLength: 3 }),
        signature: text,
      },
      { requiredKeys: ['headline', 'body', 'instruction', 'url', 'references', 'signature'] },
    )
    .map((members) => ({
      ...members,
      id: facts.id,
      incidentId: facts.incidentId,
      sent: facts.sent.toISOString(),
      expires: facts.expires.toISOString(),
    }));

/** Messages with anything in them that a payload may hold. */
export const anyPublished: fc.Arbitrary<PublishedAlert> = fc
  .record({
    id: fc.uuid(),
    incidentId: fc.uuid(),
    sent: moment,
    expires: moment,
    onset: moment,
    ends: fc.option(moment),
    msgType: fc.constantFrom('Alert' as const, 'Update' as const, 'Cancel' as const),
    status: fc.constantFrom('Actual' as const, 'Exercise' as const),
    band: fc.constantFrom(...DISTANCE_BANDS),
  })
  .chain((alert) =>
    fc
      .record({
        en: payload(alert),
        es: payload(alert),
        name: text,
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      })
      .map(({ en, es, name, latitude }) => {
        const usual = published(alert);
        const { msgType, status } = alert;
        return {
          ...usual,
          earlier: [earlierMessage(7, 0, 60)],
          school: { ...usual.school, name, latitude },
          payloads: {
            en: { ...en, msgType, status, locale: 'en' },
            es: { ...es, msgType, status, locale: 'es' },
          },
        };
      }),
  );
