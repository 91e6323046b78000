import fc from 'fast-check';
import { localeMeta, MAX_ALERT_BYTES, payloadBytes, supportedLocales } from './messages.js';
import { ACTIVITIES, AGENCIES, CHANGES, type Notice } from './notice.js';
import { render, type Scene, SENT, uuid, words } from './scene.fixture.js';
import { graphemeCount, schoolNameFor } from './school-name.js';

const KINDS = [
  ...CHANGES.map((change) => ({ kind: 'UPDATE' as const, change })),
  { kind: 'ALERT' as const, change: null },
  { kind: 'ALL_CLEAR' as const, change: null },
  { kind: 'RETRACTION' as const, change: null },
];
const METERS = [0, 300, 700, 1500, 4900];
/** At the school, within and beyond: the bands between read no longer. */
const LONGEST_BANDS = [0, 1500, 4900];

const ADVERSARIAL = [
  '{0}',
  '{school} {who, select, other {x}}',
  "O'Neill '{' ''",
  '<b>Oak</b> & <script>',
  '#',
  '"\\"\\"\\'.repeat(40),
  '\u0001'.repeat(50) + 'Oak',
  'مدرسة النور الابتدائية '.repeat(8),
  '👩‍👩‍👧‍👦'.repeat(60),
  `e${'\u0301'.repeat(900)}`,
  '學校'.repeat(80),
  'A'.repeat(3000),
  '$& $1 $`',
];

const scenes = fc.record({
  kind: fc.constantFrom(...KINDS),
  exercise: fc.boolean(),
  facts: fc.record({
    activity: fc.constantFrom(...ACTIVITIES),
    agency: fc.constantFrom(...AGENCIES),
    agents: fc.option(fc.nat(5000)),
    vehicles: fc.option(fc.nat(5000)),
    reports: fc.integer({ min: 1, max: 2000 }),
  }),
  meters: fc.constantFrom(...METERS),
  locale: fc.constantFrom(...supportedLocales()),
  earlier: fc.nat(80),
  timeZone: fc.constantFrom('America/New_York', 'America/Anchorage', 'UTC'),
  onset: fc.date({ min: new Date('2026-03-01'), max: SENT, noInvalidDate: true }),
  schoolName: fc
    .oneof(
      fc.constantFrom(...ADVERSARIAL),
      fc.string({ unit: 'grapheme', maxLength: 150 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom(...ADVERSARIAL, ' ', 'Oak'), { maxLength: 5 })
        .map((all) => all.join('')),
    )
    .filter((name) => schoolNameFor(name, 'ltr', 60) !== ''),
});

const earlierIds = (kind: Notice['kind'], count: number) =>
  kind === 'ALERT' ? [] : Array.from({ length: count + 1 }, (_, n) => uuid(n));

function* everyScene(): Generator<Scene> {
  for (const kind of KINDS) {
    for (const meters of LONGEST_BANDS) {
      for (const activity of ACTIVITIES) {
        for (const agency of AGENCIES) yield { ...kind, meters, facts: { activity, agency } };
      }
    }
  }
}

describe('every message of every scene in every locale', () => {
  test('fits one push, and the school’s name is only ever a name', () => {
    fc.assert(
      fc.property(scenes, ({ kind, locale, earlier, schoolName, ...rest }) => {
        const references = earlierIds(kind.kind, earlier);
        const payload = render(locale, { ...rest, ...kind, references, schoolName });
        expect(payloadBytes(payload)).toBeLessThanOrEqual(MAX_ALERT_BYTES);

        const { direction } = localeMeta(locale);
        const plain = render(locale, { ...rest, ...kind, schoolName: 'QQ' });
        const token = schoolNameFor('QQ', direction, 60);
        const possible = [60, 30, 15].map((limit) =>
          plain.body.replaceAll(token, () => schoolNameFor(schoolName, direction, limit)),
        );
        expect(possible).toContain(payload.body);
        expect(payload.instruction).toBe(plain.instruction);
      }),
      { numRuns: 1000 },
    );
  });

  test('merged incidents are named, the latest, and never cost the message', () => {
    fc.assert(
      fc.property(scenes, fc.nat(40), ({ kind, locale, earlier, schoolName, ...rest }, merged) => {
        const joined = Array.from({ length: merged }, (_, n) => uuid(1_000 + n));
        const references = earlierIds(kind.kind, earlier);
        const payload = render(locale, { ...rest, ...kind, references, schoolName, joined });
        expect(payloadBytes(payload)).toBeLessThanOrEqual(MAX_ALERT_BYTES);
        const { replaces = [] } = payload;
        expect(replaces).toEqual(joined.slice(joined.length - replaces.length));
        if (merged > 0 && locale === 'en') expect(replaces.length).toBeGreaterThan(0);
      }),
    );
  });

  test('references keep the first and the latest, in order', () => {
    fc.assert(
      fc.property(scenes, ({ kind, locale, earlier, ...rest }) => {
        const references = earlierIds(kind.kind, earlier);
        const kept = render(locale, { ...rest, ...kind, references }).references;
        expect(kept[0]).toBe(references[0]);
        expect(kept.slice(1)).toEqual(
          references.slice(1).slice(-(kept.length - 1) || references.length),
        );
        if (references.length > 1) expect(kept.length).toBeGreaterThan(1);
      }),
    );
  });

  test.each(supportedLocales())('%s is short enough to read on a lock screen', (locale) => {
    const longest = { headline: 0, body: 0, instruction: 0 };
    for (const scene of everyScene()) {
      const payload = render(locale, scene);
      for (const part of ['headline', 'body', 'instruction'] as const) {
        longest[part] = Math.max(longest[part], graphemeCount(payload[part]));
      }
      const text = words(payload).join('\n');
      if (/[{}]|undefined|null| {2}|\.\./.test(text)) throw new Error(text);
    }
    expect(longest.headline).toBeLessThanOrEqual(110);
    expect(longest.body).toBeLessThanOrEqual(460);
    expect(longest.instruction).toBeLessThanOrEqual(360);
  });
});
