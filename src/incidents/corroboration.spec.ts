import fc from 'fast-check';
import {
  AGREE_MINUTES,
  MAX_CANDIDATES,
  MOST_CORROBORATING,
  agree,
  agreedFacts,
  corroboratingCount,
  corroboration,
  independent,
  type Witness,
} from './corroboration.js';
import type { Sighting } from './sighting.js';

const START = Date.parse('2026-03-03T13:00:00Z');
const minutes = (count: number) => new Date(START + count * 60_000);
/** Degrees of latitude in a hundred meters, closely. */
const HUNDRED_METERS = 100 / 111_195;

let reports = 0;
const sighting = (authorId: string, change: Partial<Sighting> = {}): Sighting => ({
  reportId: `r${String(reports++).padStart(6, '0')}`,
  authorId,
  vantage: 'FIRSTHAND',
  activity: 'STAGING',
  agency: 'UNKNOWN',
  agents: null,
  vehicles: null,
  latitude: 28.29,
  longitude: -81.4,
  observedAt: minutes(0),
  ...change,
});

const witness = (id: string, change: Partial<Witness> = {}): Witness => ({
  id,
  organizationId: `org of ${id}`,
  inviters: [{ id: 'founder', admin: true }],
  eligible: true,
  ...change,
});

const known = (...all: Witness[]) => new Map(all.map((one) => [one.id, one]));
const ANA = witness('ana');
const BEN = witness('ben');
const CY = witness('cy');
const THREE = known(ANA, BEN, CY);
const TWO_DO = { minimum: 2 };
const invitedBy = (id: string, admin = false) => ({ inviters: [{ id, admin }] });

describe('independent', () => {
  it.each<[string, Witness, Witness, boolean]>([
    ['different organizations, each invited by an admin', ANA, BEN, true],
    ['invited by nobody', witness('a', { inviters: [] }), witness('b', { inviters: [] }), true],
    ['one person', ANA, ANA, false],
    ['one organization', ANA, witness('dee', { organizationId: ANA.organizationId }), false],
    ['one invited the other', ANA, witness('dee', invitedBy('ana')), false],
    ['one invited the other as an admin', ANA, witness('dee', invitedBy('ana', true)), false],
    [
      'one invited the other at a remove',
      ANA,
      witness('dee', { inviters: [...invitedBy('eve').inviters, ...invitedBy('ana').inviters] }),
      false,
    ],
    [
      'one person invited both',
      witness('a', invitedBy('eve')),
      witness('b', invitedBy('eve')),
      false,
    ],
    [
      'one person invited both, the second as an admin',
      witness('a', invitedBy('eve')),
      witness('b', invitedBy('eve', true)),
      false,
    ],
  ])('%s', (_, a, b, expected) => {
    expect(independent(a, b)).toBe(expected);
    expect(independent(b, a)).toBe(expected);
  });
});

describe('agree', () => {
  it.each<[string, Partial<Sighting>, boolean]>([
    ['the same', {}, true],
    ['another activity', { activity: 'PRESENCE' }, false],
    ['another agency, size and vantage', { agency: 'ICE', agents: 4, vantage: 'RELAYED' }, true],
    ['half an hour later', { observedAt: minutes(AGREE_MINUTES) }, true],
    ['more than half an hour later', { observedAt: minutes(AGREE_MINUTES + 0.01) }, false],
    ['more than half an hour before', { observedAt: minutes(-AGREE_MINUTES - 0.01) }, false],
    ['just under 800 m away', { latitude: 28.29 + 7.99 * HUNDRED_METERS }, true],
    ['just over 800 m away', { latitude: 28.29 + 8.01 * HUNDRED_METERS }, false],
    ['no place', { latitude: NaN }, false],
  ])('%s', (_, change, expected) => {
    expect(agree(sighting('ana'), sighting('ben', change))).toBe(expected);
    expect(agree(sighting('ben', change), sighting('ana'))).toBe(expected);
  });

  it('is never said of OTHER', () => {
    const other = { activity: 'OTHER' } as const;
    expect(agree(sighting('ana', other), sighting('ben', other))).toBe(false);
  });
});

describe('corroboration', () => {
  const two = [sighting('ana', { observedAt: minutes(5) }), sighting('ben')];

  it('is the agreeing sightings, oldest first, when there are enough', () => {
    expect(corroboration(two, THREE, TWO_DO)).toEqual([two[1], two[0]]);
    expect(corroboration(two, THREE, { minimum: 3 })).toBeUndefined();
    const three = [...two, sighting('cy')];
    expect(corroboration(three, THREE, TWO_DO)).toHaveLength(3);
    expect(corroboration(three, THREE, { minimum: 3 })).toHaveLength(3);
  });

  it('is off at 0, and at anything that is no rule; the count is seen all the same', () => {
    for (const minimum of [0, 1, -1, NaN])
      expect(corroboration(two, THREE, { minimum })).toBeUndefined();
    expect(corroboratingCount(two, THREE)).toBe(2);
  });

  it.each<[string, Partial<Sighting>, Partial<Witness>]>([
    ['relayed', { vantage: 'RELAYED' }, {}],
    ['by somebody suspended or lapsed', {}, { eligible: false }],
    ['by somebody unknown', { authorId: 'nobody' }, {}],
    ['of another activity', { activity: 'ARREST' }, {}],
  ])('takes no sighting %s', (_, change, person) => {
    const both = [sighting('ana'), sighting('ben', change)];
    const people = known(ANA, witness('ben', person));
    expect(corroboration(both, people, TWO_DO)).toBeUndefined();
    expect(corroboratingCount(both, people)).toBe(1);
  });

  it('wants every two to agree, not a chain', () => {
    const chain = ['ana', 'ben', 'cy'].map((id, i) =>
      sighting(id, { latitude: 28.29 + i * 6 * HUNDRED_METERS }),
    );
    expect(corroboratingCount(chain, THREE)).toBe(2);
  });

  it('wants every two to be independent', () => {
    const people = known(ANA, BEN, witness('cy', invitedBy('ben')));
    expect(corroboratingCount([...two, sighting('cy')], people)).toBe(2);
  });

  it('finds the one of several sightings of a person that agrees', () => {
    const moving = ['STAGING', 'CHECKPOINT', 'ARREST'] as const;
    const ana = moving.map((activity, i) => sighting('ana', { activity, observedAt: minutes(i) }));
    const ben = sighting('ben', { activity: 'CHECKPOINT' });
    expect(corroboration([...ana, ben], THREE, TWO_DO)).toEqual([ben, ana[1]]);
  });

  it('counts nobody, one, and at most five', () => {
    const people = Array.from({ length: 9 }, (_, i) => witness(`w${i}`));
    const all = people.map(({ id }) => sighting(id));
    expect(corroboratingCount([], known(...people))).toBe(0);
    expect(corroboratingCount(all.slice(0, 1), known(...people))).toBe(1);
    expect(corroboratingCount(all, known(...people))).toBe(MOST_CORROBORATING);
    expect(corroboration(all, known(...people), { minimum: 5 })).toHaveLength(5);
  });
});

/** A small world: few organizations, people who invited one another, sightings close to the limits. */
const people = fc
  .array(
    fc.record({
      organization: fc.nat(4),
      inviter: fc.option(fc.nat(9)),
      admin: fc.boolean(),
      eligible: fc.nat(4).map((of) => of > 0),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((drawn) => {
    const all: Witness[] = [];
    for (const [i, { organization, inviter, admin, eligible }] of drawn.entries()) {
      const above = inviter === null ? undefined : all[inviter];
      const inviters = above ? [{ id: above.id, admin }, ...above.inviters] : [];
      all.push({ id: `w${i}`, organizationId: `o${organization}`, inviters, eligible });
    }
    return known(...all);
  });

const seen = fc.array(
  fc
    .record({
      author: fc.nat(8),
      activity: fc.constantFrom('STAGING' as const, 'ARREST' as const, 'OTHER' as const),
      vantage: fc.constantFrom('FIRSTHAND' as const, 'FIRSTHAND' as const, 'RELAYED' as const),
      north: fc.nat(12),
      minute: fc.nat(50),
    })
    .map(({ author, north, minute, ...rest }) =>
      sighting(`w${author}`, {
        ...rest,
        latitude: 28.29 + north * HUNDRED_METERS,
        observedAt: minutes(minute),
      }),
    ),
  { maxLength: 12 },
);

/** The same by trying every subset. */
function bySubsets(all: readonly Sighting[], witnesses: ReadonlyMap<string, Witness>): number {
  const counting = all.filter(
    ({ authorId, vantage }) => witnesses.get(authorId)?.eligible && vantage === 'FIRSTHAND',
  );
  const goes = (a: Sighting, b: Sighting) =>
    agree(a, b) && independent(witnesses.get(a.authorId)!, witnesses.get(b.authorId)!);
  const most = (chosen: Sighting[], rest: Sighting[]): number =>
    Math.max(
      chosen.length,
      ...rest.map((next, i) =>
        chosen.every((other) => goes(other, next))
          ? most([...chosen, next], rest.slice(i + 1))
          : chosen.length,
      ),
    );
  return Math.min(most([], counting), MOST_CORROBORATING);
}

describe('whatever is reported', () => {
  it('returns only a set in which everybody counts and every two agree and are independent', () => {
    fc.assert(
      fc.property(people, seen, fc.integer({ min: 2, max: 5 }), (witnesses, all, minimum) => {
        const set = corroboration(all, witnesses, { minimum });
        expect(set !== undefined).toBe(corroboratingCount(all, witnesses) >= minimum);
        for (const [i, a] of (set ?? []).entries()) {
          expect(all).toContain(a);
          expect(a.vantage).toBe('FIRSTHAND');
          expect(witnesses.get(a.authorId)?.eligible).toBe(true);
          for (const b of set!.slice(i + 1)) {
            expect(agree(a, b)).toBe(true);
            expect(independent(witnesses.get(a.authorId)!, witnesses.get(b.authorId)!)).toBe(true);
          }
        }
      }),
    );
  });

  it('misses no larger set', () => {
    fc.assert(
      fc.property(people, seen, (witnesses, all) => {
        expect(corroboratingCount(all, witnesses)).toBe(bySubsets(all, witnesses));
      }),
    );
  });

  it('is symmetric', () => {
    fc.assert(
      fc.property(people, seen, (witnesses, all) => {
        for (const a of all) for (const b of all) expect(agree(a, b)).toBe(agree(b, a));
        for (const a of witnesses.values())
          for (const b of witnesses.values()) expect(independent(a, b)).toBe(independent(b, a));
      }),
    );
  });

  it('does not depend on the order of the reports', () => {
    const shuffled = seen.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      ),
    );
    fc.assert(
      fc.property(people, shuffled, (witnesses, [all, other]) => {
        expect(corroboration(other, witnesses, TWO_DO)).toEqual(
          corroboration(all, witnesses, TWO_DO),
        );
      }),
    );
  });

  it('never counts more than one of a person, an organization or a lineage', () => {
    const bonds: ((one: Witness) => Partial<Witness>)[] = [
      () => ({ id: 'w0' }),
      () => ({ organizationId: 'the same' }),
      ({ inviters }) => ({ inviters: [...inviters, { id: 'w99', admin: false }] }),
    ];
    fc.assert(
      fc.property(people, seen, fc.constantFrom(...bonds), (witnesses, all, bond) => {
        const bound = new Map([...witnesses].map(([id, one]) => [id, { ...one, ...bond(one) }]));
        expect(corroboratingCount(all, bound)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not change when somebody repeats themselves, or has those they invite repeat it', () => {
    fc.assert(
      fc.property(people, seen, fc.integer({ min: 1, max: 30 }), (witnesses, all, times) => {
        const everybody = new Map(witnesses);
        const more = all.flatMap((one, n) => {
          const author = witnesses.get(one.authorId);
          if (!author) return [];
          const puppet = `puppet ${n} of ${author.id}`;
          everybody.set(puppet, {
            ...author,
            id: puppet,
            inviters: [{ id: author.id, admin: false }, ...author.inviters],
          });
          return Array.from({ length: times }, (_, time) => ({
            ...one,
            reportId: `${one.reportId}-${time}`,
            authorId: time % 2 ? puppet : one.authorId,
          }));
        });
        expect(corroboratingCount([...all, ...more], everybody)).toBe(
          corroboratingCount(all, witnesses),
        );
      }),
    );
  });

  it('never counts an author who is not known', () => {
    fc.assert(
      fc.property(seen, (all) => {
        expect(corroboratingCount(all, new Map())).toBe(0);
        expect(corroboration(all, new Map(), TWO_DO)).toBeUndefined();
      }),
    );
  });
});

describe('what is told', () => {
  const ice = { agency: 'ICE', agents: 3, vehicles: 2 } as const;

  it('is what each of them says, and of numbers the least', () => {
    const more = sighting('ben', { ...ice, agents: 9 });
    expect(agreedFacts([sighting('ana', ice), more])).toEqual(ice);
  });

  it('is nothing that one of them did not see', () => {
    const none = { agency: 'UNKNOWN', agents: null, vehicles: null };
    expect(agreedFacts([sighting('ana', ice), sighting('ben')])).toEqual(none);
    const other = sighting('ben', { ...ice, agency: 'CBP' });
    expect(agreedFacts([sighting('ana', ice), other])).toEqual({ ...ice, agency: 'UNKNOWN' });
  });
});

describe('a flood', () => {
  const honest = ['ana', 'ben', 'cy'].map((id, i) => sighting(id, { observedAt: minutes(i) }));
  /** Before and after the honest ones, and all around. */
  const spread = (authors: string[], size: number) =>
    Array.from({ length: size }, (_, i) =>
      sighting(authors[i % authors.length]!, {
        activity: i % 3 ? 'STAGING' : 'ARREST',
        latitude: 28.28 + (i % 40) * HUNDRED_METERS,
        observedAt: minutes((i % 240) - 120),
      }),
    );
  const size = 20 * MAX_CANDIDATES;
  const puppets = (organizationId: string, inviters: Witness['inviters']) =>
    Array.from({ length: size / 4 }, (_, i) =>
      witness(`puppet${i}`, { organizationId, inviters: [...inviters] }),
    );
  const EVE = witness('eve', { organizationId: CY.organizationId });
  const DEE = witness('dee', { organizationId: CY.organizationId });
  const guest = { organizationId: CY.organizationId, ...invitedBy('dee') };

  it.each<[string, Witness[]]>([
    ['by one person of another organization', [witness('eve')]],
    ['by a colleague', [EVE]],
    [
      'by those whom a colleague invited',
      puppets(CY.organizationId, [{ id: 'eve', admin: false }]),
    ],
    ['by those whom a witness invited', puppets(CY.organizationId, [{ id: 'cy', admin: false }])],
    ['by strangers who share an inviter', puppets('theirs', [{ id: 'eve', admin: false }])],
  ])('%s crowds nobody out', (_, floods) => {
    const witnesses = known(ANA, BEN, CY, EVE, ...floods);
    const flood = spread(
      floods.map(({ id }) => id),
      size,
    );
    const alone = corroboratingCount(honest, witnesses);
    expect(alone).toBe(3);
    expect(corroboratingCount([...flood, ...honest], witnesses)).toBeGreaterThanOrEqual(alone);
  });

  it.each(['dee', 'cy'])(
    'from under %s crowds out neither the inviter nor the other guest',
    (id) => {
      const cy = id === 'cy' ? CY : witness('cy', guest);
      const eve = witness('eve', id === 'cy' ? { ...guest, ...invitedBy('cy') } : guest);
      const floods = puppets(CY.organizationId, [{ id: 'eve', admin: false }, ...eve.inviters]);
      const witnesses = known(ANA, BEN, cy, DEE, eve, ...floods);
      const flood = spread(
        floods.map(({ id }) => id),
        size,
      );
      expect(corroboratingCount([...flood, ...honest], witnesses)).toBe(3);
    },
  );

  it('by oneself leaves one sighting of every quarter of an hour and activity', () => {
    const chatty = spread(['ana'], size).map((one) => ({ ...one, latitude: 28.29 }));
    const early = sighting('ben', { observedAt: minutes(-120) });
    expect(corroboratingCount([...chatty, early], THREE)).toBe(2);
  });
});
