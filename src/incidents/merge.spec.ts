import { Conflict } from '../platform/errors.js';
import { INCIDENT_STATES, TABLE, type IncidentState } from './incident-lifecycle.js';
import { mergeOf, requireMergeable, restoredState, type Side } from './merge.js';

const now = new Date('2026-03-03T13:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

const side = (id: string, state: IncidentState, change: Partial<Side> = {}): Side => ({
  ...{ id, state, drillId: null, expiresAt: null, endedAt: null },
  ...{ clearedAt: null, correctedAt: null },
  ...change,
});

describe('which may become one', () => {
  const POSSIBLE: Partial<Record<IncidentState, IncidentState[]>> = {
    UNVERIFIED: ['UNVERIFIED', 'ACTIVE', 'CLEARED', 'EXPIRED', 'RECORDED'],
    ACTIVE: ['ACTIVE'],
  };
  const pairs = INCIDENT_STATES.flatMap((from) => INCIDENT_STATES.map((into) => [from, into]));

  it.each(pairs)('%s into %s', (from, into) => {
    const merging = () => requireMergeable(side('a', from!), side('b', into!));
    if (POSSIBLE[from!]?.includes(into!)) {
      expect(merging).not.toThrow();
      // What may be merged here, the lifecycle has a step for.
      expect(TABLE[from!].MERGE).toMatchObject({ to: 'MERGED', notice: null });
      expect(TABLE[into!].TAKE_IN).toMatchObject({ to: into, notice: null });
    } else expect(merging).toThrow(Conflict);
  });

  it('not one with itself', () => {
    const one = side('a', 'ACTIVE');
    expect(() => requireMergeable(one, { ...one })).toThrow('one incident already');
  });

  it.each([
    [null, 'd1', false],
    ['d1', null, false],
    ['d1', 'd2', false],
    ['d1', 'd1', true],
  ])('of drills %p and %p: %p', (from, into, possible) => {
    const merging = () =>
      requireMergeable(
        side('a', 'ACTIVE', { drillId: from }),
        side('b', 'ACTIVE', { drillId: into }),
      );
    if (possible) expect(merging).not.toThrow();
    else expect(merging).toThrow(Conflict);
  });

  it('says what to do instead when families were told of the first', () => {
    for (const into of ['UNVERIFIED', 'CLEARED', 'EXPIRED', 'RECORDED'] as const)
      expect(() => requireMergeable(side('a', 'ACTIVE'), side('b', into))).toThrow(
        `not one that is ${into}; or merge the other into it`,
      );
  });
});

describe('what was merged stands alone again', () => {
  const from = { expiresAt: minutes(30) };
  const OPEN = { endedAt: null, clearedAt: null, correctedAt: null };
  const into = (state: IncidentState) => ({
    state,
    endedAt: state === 'ACTIVE' ? null : minutes(-5),
    clearedAt: state === 'ACTIVE' ? null : minutes(-5),
    correctedAt: state === 'ACTIVE' ? null : minutes(-4),
  });

  it.each(['ACTIVE', 'CLEARED', 'EXPIRED', 'RETRACTED', 'DISMISSED', 'RECORDED'] as const)(
    'unverified, as it was, whatever became of the other: %s',
    (state) => {
      expect(restoredState('UNVERIFIED', { expiresAt: null }, into(state), now)).toEqual({
        state: 'UNVERIFIED',
        ...OPEN,
      });
    },
  );

  it('active until its own time is up', () => {
    const restored = (expiresAt: Date) =>
      restoredState('ACTIVE', { expiresAt }, into('ACTIVE'), now);
    expect(restored(minutes(1))).toEqual({ state: 'ACTIVE', ...OPEN });
    expect(restored(now)).toEqual({ state: 'EXPIRED', ...OPEN, endedAt: now });
    expect(restored(minutes(-1))).toEqual({ state: 'EXPIRED', ...OPEN, endedAt: minutes(-1) });
  });

  it.each(['CLEARED', 'RETRACTED'] as const)(
    'ended as the other did, when its families were told that end: %s',
    (state) => {
      expect(restoredState('ACTIVE', from, into(state), now)).toEqual({
        state,
        ...{ endedAt: minutes(-5), clearedAt: minutes(-5), correctedAt: minutes(-4) },
      });
    },
  );

  it('active when the other only lapsed: of that nobody was told', () => {
    expect(restoredState('ACTIVE', from, into('EXPIRED'), now)).toEqual({
      state: 'ACTIVE',
      ...OPEN,
    });
    expect(restoredState('ACTIVE', { expiresAt: minutes(-1) }, into('EXPIRED'), now)).toEqual({
      state: 'EXPIRED',
      ...OPEN,
      endedAt: minutes(-1),
    });
  });
});

describe('which merge is undone', () => {
  const merge = (id: string, reportIds: string[], at: number) => ({
    ...{ id, reportIds, mergedAt: minutes(at) },
  });
  const all = [
    merge('first', ['r1', 'r2'], 1),
    merge('second', ['r3'], 2),
    merge('again', ['r3'], 4),
    merge('other', ['r3', 'r4'], 3),
  ];
  const found = (...ids: string[]) => mergeOf(new Set(ids), all)?.id;

  it('the one that brought just these reports, in any order', () => {
    expect(found('r2', 'r1')).toBe('first');
    expect(found('r4', 'r3')).toBe('other');
  });

  it('none for some of them, or for more', () => {
    expect(found('r1')).toBeUndefined();
    expect(found('r1', 'r2', 'r3')).toBeUndefined();
    expect(found()).toBeUndefined();
  });

  it('the latest of several, and leaves the list as it is', () => {
    expect(found('r3')).toBe('again');
    expect(all.map(({ id }) => id)).toEqual(['first', 'second', 'again', 'other']);
  });
});
