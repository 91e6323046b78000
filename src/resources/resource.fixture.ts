import type { Resource } from './resource.js';

/** A resource that is fine, changed as said. */
export const resourceOf = (change: Partial<Resource> = {}): Resource => ({
  ...{ id: '0f8fad5b-d9cb-469f-a165-70867728950e', version: 1, topic: 'at-the-door' },
  ...{ audience: 'FAMILIES', locale: 'en', state: null, districtId: null, rank: 10 },
  ...{ title: 'At the door', body: 'You do not have to open.', url: null },
  ...{ publisher: 'Schools Law Clinic', sourceUrl: 'https://www.example.org/rights' },
  ...{ sourceDate: '2026-09-01', sourceSha256: 'a'.repeat(64), counselReviewed: false },
  ...{ effectiveFrom: '2026-09-01', effectiveUntil: null },
  ...change,
});
