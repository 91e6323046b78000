import { canonicalBytes, leafOf } from '../../ledger/chain.js';
import { timelineEntry } from './timeline.js';

const body = canonicalBytes({
  ...{ kind: 'incident.verified', subject: 'i', at: '2026-03-03T13:00:00.000Z', actor: 'carla' },
  facts: { from: 'UNVERIFIED', alertId: null, minutes: 60, details: [{ field: 'agents' }] },
  commitment: 'ab',
});
const kept = {
  ...{ seq: 7, kind: 'incident.verified', subject: 'i', body },
  ...{ leaf: leafOf(body), head: Buffer.alloc(32, 1) },
};

it('says who did what when, with the proof', () => {
  expect(timelineEntry(kept)).toEqual({
    ...{ entry: 7, kind: 'incident.verified', incidentId: 'i', actor: 'carla' },
    at: new Date('2026-03-03T13:00:00Z'),
    facts: [
      { name: 'details', value: '[{"field":"agents"}]' },
      { name: 'from', value: 'UNVERIFIED' },
      { name: 'minutes', value: '60' },
    ],
    ...{ leaf: leafOf(body).toString('hex'), head: '01'.repeat(32) },
    ...{ intact: true, commitment: 'ab' },
  });
});

it('says when the bytes are no longer what was hashed', () => {
  const altered = Buffer.from(body.toString().replace('carla', 'bruno'));
  expect(timelineEntry({ ...kept, body: altered }).intact).toBe(false);
  expect(timelineEntry({ ...kept, body: Buffer.from('{') }).intact).toBe(false);
});
