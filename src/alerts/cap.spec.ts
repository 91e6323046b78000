import {
  CAP_CATEGORIES,
  CAP_CERTAINTIES,
  CAP_MSG_TYPES,
  CAP_RESPONSE_TYPES,
  CAP_SEVERITIES,
  CAP_STATUSES,
  CAP_URGENCIES,
} from './cap.js';

/** As CAP-v1.2.xsd spells them, copied from the schema and not from `cap.ts`. */
const SCHEMA: [string, readonly string[], string][] = [
  ['status', CAP_STATUSES, 'Actual Exercise System Test Draft'],
  ['msgType', CAP_MSG_TYPES, 'Alert Update Cancel Ack Error'],
  [
    'category',
    CAP_CATEGORIES,
    'Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other',
  ],
  [
    'responseType',
    CAP_RESPONSE_TYPES,
    'Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None',
  ],
  ['urgency', CAP_URGENCIES, 'Immediate Expected Future Past Unknown'],
  ['severity', CAP_SEVERITIES, 'Extreme Severe Moderate Minor Unknown'],
  ['certainty', CAP_CERTAINTIES, 'Observed Likely Possible Unlikely Unknown'],
];

test.each(SCHEMA)('%s has every value of the schema', (_, values, expected) => {
  expect(values.join(' ')).toBe(expected);
});
