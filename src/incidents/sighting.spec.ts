import { ACTIVITIES } from '../alerts/notice.js';
import { pictureOf, type Sighting } from './sighting.js';

const sighting = (change: Partial<Sighting> = {}): Sighting => ({
  reportId: 'r1',
  authorId: 'a',
  vantage: 'FIRSTHAND',
  activity: 'PRESENCE',
  agency: 'UNKNOWN',
  agents: null,
  vehicles: null,
  latitude: 28.29,
  longitude: -81.4,
  observedAt: new Date('2026-03-03T13:10:00Z'),
  ...change,
});

describe('pictureOf', () => {
  it('is the one report when there is one', () => {
    expect(pictureOf([sighting({ agents: 3 })])).toMatchObject({
      activity: 'PRESENCE',
      agents: 3,
      reports: 1,
    });
  });

  it('knows the gravity of every activity', () => {
    for (const activity of ACTIVITIES)
      expect(pictureOf([sighting({ activity })]).activity).toBe(activity);
  });

  it('takes the gravest activity, the latest place and size, and the whole span, in any order', () => {
    const late = sighting({
      reportId: 'r2',
      authorId: 'b',
      activity: 'STAGING',
      latitude: 28.3,
      observedAt: new Date('2026-03-03T13:30:00Z'),
    });
    const early = sighting({
      reportId: 'r3',
      activity: 'ARREST',
      agents: 2,
      vehicles: 1,
      observedAt: new Date('2026-03-03T13:00:00Z'),
    });
    const expected = {
      activity: 'ARREST',
      agents: 2,
      vehicles: 1,
      latitude: 28.3,
      firstObservedAt: early.observedAt,
      lastObservedAt: late.observedAt,
      reports: 2,
    };
    expect(pictureOf([late, early])).toMatchObject(expected);
    expect(pictureOf([early, late])).toMatchObject(expected);
  });

  it('says what was only relayed when nobody saw anything themselves', () => {
    const relayed = sighting({ vantage: 'RELAYED', activity: 'ARREST' });
    expect(pictureOf([relayed]).activity).toBe('ARREST');
    expect(pictureOf([relayed, sighting({ activity: 'STAGING' })]).activity).toBe('STAGING');
  });

  it('names an agency only when nobody named another', () => {
    const ice = sighting({ agency: 'ICE' });
    expect(pictureOf([ice, sighting()]).agency).toBe('ICE');
    expect(pictureOf([ice, sighting({ agency: 'CBP' })]).agency).toBe('UNKNOWN');
  });
});
