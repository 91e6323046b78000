import { Keyring } from '../platform/keyring.js';
import { freshSecrets } from '../platform/secrets.js';
import { drillTagOf, tagOfArea, tagOfKey, type Audience } from './area-tag.js';
import { areaKey, type Area } from './area.js';

const SCHOOL: Area = { kind: 'school', id: '120147007764' };
const AREAS: Area[] = [
  SCHOOL,
  { kind: 'school', id: '120144001387' },
  { kind: 'district', id: '1201470' },
  { kind: 'cell', cell: '8744e4b9affffff', radiusKm: 2 },
  { kind: 'cell', cell: '8744e4b9affffff', radiusKm: 5 },
];

describe('tags', () => {
  const keyring = Keyring.from(freshSecrets());
  const live = (area: Area) => tagOfArea(keyring, area);
  const practice = (area: Area) => drillTagOf(keyring, live(area));
  const hex = (tags: Buffer[]) => tags.map((tag) => tag.toString('hex'));

  it('are the same 32 bytes for an area each time, however one comes to it', () => {
    for (const area of AREAS) {
      expect(live(area)).toHaveLength(32);
      expect(practice(area)).toHaveLength(32);
      expect(live(area)).toEqual(tagOfKey(keyring, areaKey(area)));
      expect(practice(area)).toEqual(drillTagOf(keyring, live(area)));
    }
  });

  it('are all different: no live tag is a drill’s, and no area has another’s', () => {
    const all = hex([...AREAS.map(live), ...AREAS.map(practice)]);
    expect(new Set(all).size).toBe(2 * AREAS.length);
  });

  it('of drills cannot be had by following an area of whatever name', () => {
    const names = AREAS.flatMap((area) => [
      ...[`drill:${areaKey(area)}`, `index/drill\0${areaKey(area)}`, areaKey(area)],
      `index/drill\0${live(area).toString('latin1')}`,
      `index/drill\0${live(area).toString('hex')}`,
    ]);
    const drills = new Set(hex(AREAS.map(practice)));
    for (const tag of hex(names.map((name) => tagOfKey(keyring, name))))
      expect(drills.has(tag)).toBe(false);
  });

  it('of drills do not lead back: a tag of one is no tag of anything', () => {
    const twice = AREAS.map((area) =>
      // @ts-expect-error a drill's tag is no live one
      drillTagOf(keyring, practice(area)),
    );
    const once = new Set(hex([...AREAS.map(live), ...AREAS.map(practice)]));
    for (const tag of hex(twice)) expect(once.has(tag)).toBe(false);
  });

  it('mean nothing under another key', () => {
    const other = Keyring.from(freshSecrets());
    expect(drillTagOf(other, live(SCHOOL))).not.toEqual(practice(SCHOOL));
    expect(tagOfArea(other, SCHOOL)).not.toEqual(live(SCHOOL));
  });

  it('cannot be taken for one another by the compiler', () => {
    const audiences: Audience[] = [
      { kind: 'LIVE', tags: [live(SCHOOL)] },
      { kind: 'DRILL', tags: [practice(SCHOOL)] },
      // @ts-expect-error a drill is never for the public
      { kind: 'LIVE', tags: [practice(SCHOOL)] },
      // @ts-expect-error what is live is never for those of a drill
      { kind: 'DRILL', tags: [live(SCHOOL)] },
    ];
    expect(audiences).toHaveLength(4);
  });
});
