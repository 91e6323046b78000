import fc from 'fast-check';
import {
  DETAIL_FIELDS,
  DETAIL_NAMES,
  type Detail,
  type DetailField,
  type Details,
  type DetailValue,
} from './detail-fields.js';
import { detailProblems, merged, realChanges } from './detail-rules.js';
import { CERTAINTIES, SOURCES, VOCABULARY } from './vocabulary.js';

const times = {
  now: new Date('2026-09-30T20:00:00Z'),
  firstObservedAt: new Date('2026-09-30T12:10:00Z'),
};
const said = (value: DetailValue): Detail => ({ value, source: 'WITNESS', certainty: 'ALLEGED' });
const problems = (current: Details, asked: Parameters<typeof detailProblems>[1]) =>
  detailProblems(current, asked, times).map(({ field }) => field);

describe('the vocabulary', () => {
  it('has no code twice in a list, and none that is more than a code', () => {
    for (const { codes } of Object.values(VOCABULARY)) {
      expect(new Set(codes).size).toBe(codes.length);
      for (const code of codes) expect(code).toMatch(/^[A-Z0-9_]{1,40}$/);
    }
  });

  it('knows every code that is said to stand by itself', () => {
    for (const shape of Object.values(DETAIL_FIELDS))
      if (shape.kind === 'codes')
        expect(VOCABULARY[shape.of].codes).toEqual(expect.arrayContaining([...shape.alone]));
  });
});

describe('what cannot be recorded', () => {
  it.each<[string, DetailField, DetailValue, number]>([
    ['no agents', 'agents', 0, 0],
    ['999 agents', 'agents', 999, 0],
    ['1,000 agents', 'agents', 1_000, 1],
    ['half an agent', 'agents', 0.5, 1],
    ['1,440 minutes', 'lockdownMinutes', 1_440, 0],
    ['1,441 minutes', 'lockdownMinutes', 1_441, 1],
    ['told a day ahead', 'familiesNotifiedAt', '2026-09-29T12:10:00.000Z', 0],
    ['told longer ahead', 'familiesNotifiedAt', '2026-09-29T12:09:59.999Z', 1],
    ['told now', 'familiesNotifiedAt', '2026-09-30T20:00:00.000Z', 0],
    ['told tomorrow', 'familiesNotifiedAt', '2026-09-30T20:00:00.001Z', 1],
    ['two papers', 'authorityShown', ['ADMINISTRATIVE_I200', 'JUDICIAL_AO442'], 0],
    ['a paper and none', 'authorityShown', ['NONE', 'JUDICIAL_AO442'], 1],
    ['a paper, and nobody knows', 'authorityShown', ['UNKNOWN', 'JUDICIAL_AO442'], 1],
    ['no list', 'officesNotified', [], 1],
  ])('%s', (_, field, value, count) => {
    const beside = { lockdown: said('HOLD'), familiesNotified: said('YES') };
    expect(problems(beside, { [field]: said(value) })).toHaveLength(count);
  });

  it.each<[string, Details, string[]]>([
    ['granted, sought', { entrySought: said('YES'), entryOutcome: said('GRANTED') }, []],
    [
      'granted, not sought',
      { entrySought: said('NO'), entryOutcome: said('GRANTED') },
      ['entryOutcome.value'],
    ],
    [
      'refused, unknown whether sought',
      { entrySought: said('UNKNOWN'), entryOutcome: said('REFUSED') },
      ['entryOutcome.value'],
    ],
    [
      'entered, not sought',
      { entrySought: said('NO'), entryOutcome: said('ENTERED_WITHOUT_CONSENT') },
      [],
    ],
    [
      'entered, decided',
      { entryOutcome: said('ENTERED_WITHOUT_CONSENT'), entryDecidedBy: said('TEACHER') },
      ['entryDecidedBy.value'],
    ],
    [
      'counsel read a claim',
      { authorityShown: said(['EXIGENCY_CLAIMED']), authorityReadByCounsel: said('YES') },
      ['authorityReadByCounsel.value'],
    ],
    [
      'counsel read a paper',
      {
        authorityShown: said(['EXIGENCY_CLAIMED', 'OTHER_PAPER']),
        authorityReadByCounsel: said('YES'),
      },
      [],
    ],
    ['counsel read nothing, said so', { authorityReadByCounsel: said('NO') }, []],
    [
      'police who are not there',
      { schoolPoliceEmployer: said('NONE'), schoolPolicePresent: said('YES') },
      ['schoolPolicePresent.value'],
    ],
    [
      'police who told from afar',
      { schoolPolicePresent: said('NO'), schoolPoliceSharedInformation: said('YES') },
      [],
    ],
    ['baseline alone', { absencesBaseline: said(4) }, ['absencesBaseline.value']],
  ])('%s', (_, asked, wrong) => {
    expect(problems({}, asked)).toEqual(wrong);
  });

  it('is named where it was changed', () => {
    const current = { lockdown: said('HOLD'), lockdownMinutes: said(5) };
    expect(problems(current, { lockdown: null })).toEqual(['lockdown']);
    expect(problems(current, { lockdown: said('NONE') })).toEqual(['lockdown.value']);
    expect(problems(current, { lockdown: null, lockdownMinutes: null })).toEqual([]);
  });

  it('is what only the media confirm', () => {
    for (const source of SOURCES)
      for (const certainty of CERTAINTIES) {
        const refused = certainty === 'CONFIRMED' && source.endsWith('MEDIA');
        const wrong = problems({}, { place: { value: 'ROUTE', source, certainty } });
        expect(wrong).toEqual(refused ? ['place.certainty'] : []);
      }
  });
});

const detail = (field: DetailField): fc.Arbitrary<Detail> => {
  const shape = DETAIL_FIELDS[field];
  const value: fc.Arbitrary<DetailValue> =
    shape.kind === 'code'
      ? fc.constantFrom(...VOCABULARY[shape.of].codes)
      : shape.kind === 'codes'
        ? fc.subarray([...VOCABULARY[shape.of].codes])
        : shape.kind === 'count'
          ? fc.integer({ min: 0, max: 1_500 })
          : fc.constantFrom('2026-09-30T13:00:00.000Z', '2027-01-01T00:00:00.000Z');
  return fc.record({
    value,
    source: fc.constantFrom(...SOURCES),
    certainty: fc.constantFrom(...CERTAINTIES),
  });
};
const changes = fc
  .record(Object.fromEntries(DETAIL_NAMES.map((field) => [field, fc.option(detail(field))])), {
    requiredKeys: [],
  })
  .map((all) => all as Parameters<typeof realChanges>[1]);

describe('any changes one after the other', () => {
  it('never leave what would be refused as a whole, and name only what was asked for', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (all) => {
        let current: Details = {};
        for (const asked of all) {
          const wrong = detailProblems(current, asked, times);
          for (const { field } of wrong) {
            const [name] = field.split('.') as [DetailField];
            if (asked[name] === undefined) return false;
          }
          if (wrong.length === 0) current = merged(current, realChanges(current, asked));
          if (detailProblems({}, current, times).length > 0) return false;
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });

  it('are none once they are recorded', () => {
    fc.assert(
      fc.property(changes, changes, (before, asked) => {
        const first = merged({}, realChanges({}, before));
        const current = merged(first, realChanges(first, asked));
        return Object.keys(realChanges(current, asked)).length === 0;
      }),
    );
  });
});
