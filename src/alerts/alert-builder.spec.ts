import {
  ASSESSMENTS,
  buildAlert,
  InvalidAlertError,
  type AlertContext,
  type AlertDraft,
} from './alert-builder.js';
import { CAP_SEVERITIES, CAP_URGENCIES } from './cap.js';
import { ACTIVITIES, type Notice } from './notice.js';

const SENT = new Date('2026-03-03T13:16:00Z');
const minutes = (count: number) => new Date(SENT.getTime() + count * 60_000);

function notice(changes: Partial<Notice> = {}): Notice {
  return {
    incidentId: 'incident-1',
    kind: 'ALERT',
    change: null,
    exercise: false,
    facts: { activity: 'VEHICLE_STOP', agency: 'ICE', agents: 3, vehicles: 2, reports: 1 },
    place: { latitude: 28.5391, longitude: -81.3777 },
    radiusMeters: 1500,
    onset: minutes(-6),
    expires: minutes(60),
    joined: [],
    ...changes,
  } as Notice;
}

function context(changes: Partial<AlertContext> = {}): AlertContext {
  return {
    id: 'alert-2',
    sent: SENT,
    references: [],
    school: {
      id: '120144001452',
      name: 'Oak Ridge',
      latitude: 28.5384,
      longitude: -81.3789,
      districtId: '1201440',
    },
    distanceMeters: 700,
    ...changes,
  };
}

const later = { references: ['alert-1'] };

describe('a correction', () => {
  const told = { facts: notice().facts, onset: minutes(-6), band: 'AT' } as const;
  const since: Notice['facts'] = { ...told.facts, activity: 'ARREST', agency: 'CBP', agents: 60 };

  test.each(['ALL_CLEAR', 'RETRACTION'] as const)('%s says of what was told', (kind) => {
    const late = { kind, facts: since, onset: minutes(-1) };
    const draft = buildAlert(
      notice(late),
      context({ references: ['alert-1'], told, distanceMeters: 700 }),
    );
    expect(draft).toMatchObject(told);
  });

  test('an update tells what is known now', () => {
    const news = { kind: 'UPDATE', change: 'DETAIL', facts: since } as const;
    const draft = buildAlert(notice(news), context({ references: ['alert-1'], told }));
    expect(draft.facts).toEqual(since);
  });
});

describe('buildAlert', () => {
  test('an alert carries every fact, and neither the exact place nor the name', () => {
    expect(buildAlert(notice(), context())).toEqual<AlertDraft>({
      id: 'alert-2',
      incidentId: 'incident-1',
      kind: 'ALERT',
      change: null,
      msgType: 'Alert',
      status: 'Actual',
      urgency: 'Immediate',
      severity: 'Moderate',
      certainty: 'Observed',
      responseType: 'Monitor',
      onset: minutes(-6),
      sent: SENT,
      expires: minutes(60),
      ends: null,
      references: [],
      joined: [],
      schoolId: '120144001452',
      districtId: '1201440',
      band: 'HALF_MILE',
      facts: { activity: 'VEHICLE_STOP', agency: 'ICE', agents: 3, vehicles: 2, reports: 1 },
      radiusMeters: 1500,
    });
  });

  test('an update says why', () => {
    const draft = buildAlert(notice({ kind: 'UPDATE', change: 'MOVED' }), context(later));
    expect(draft).toMatchObject({
      msgType: 'Update',
      change: 'MOVED',
      certainty: 'Observed',
      responseType: 'Monitor',
      references: ['alert-1'],
      expires: minutes(60),
      ends: null,
    });
  });

  test('an all-clear ends it now and is short, whatever the notice expected', () => {
    const draft = buildAlert(notice({ kind: 'ALL_CLEAR', expires: minutes(-1) }), context(later));
    expect(draft).toMatchObject({
      msgType: 'Update',
      responseType: 'AllClear',
      urgency: 'Past',
      expires: minutes(30),
      ends: SENT,
    });
  });

  test('a retraction is a Cancel: it never was', () => {
    const draft = buildAlert(notice({ kind: 'RETRACTION' }), context(later));
    expect(draft).toMatchObject({
      msgType: 'Cancel',
      responseType: 'None',
      urgency: 'Past',
      certainty: 'Unlikely',
      expires: minutes(30),
      ends: null,
    });
  });

  test.each(['ALL_CLEAR', 'RETRACTION'] as const)('%s outlives what it corrects', (kind) => {
    const expires = (previous: number) =>
      buildAlert(notice({ kind }), context({ ...later, previous: { expires: minutes(previous) } }))
        .expires;
    expect(expires(55)).toEqual(minutes(55));
    expect(expires(5)).toEqual(minutes(30));
  });

  test('a drill is an Exercise', () => {
    expect(buildAlert(notice({ exercise: true }), context()).status).toBe('Exercise');
  });

  test('a stale change does not stick to another kind', () => {
    const draft = buildAlert(notice({ kind: 'ALL_CLEAR', change: 'MOVED' }), context(later));
    expect(draft.change).toBeNull();
  });

  test('a draft does not change when its sources do', () => {
    const source = notice();
    const references = ['alert-1'];
    const draft = buildAlert(
      { ...source, kind: 'UPDATE', change: 'DETAIL' },
      context({ references }),
    );
    source.facts.agents = 99;
    references.push('alert-9');
    expect(draft.facts.agents).toBe(3);
    expect(draft.references).toEqual(['alert-1']);
  });

  test('240 minutes are allowed', () => {
    expect(buildAlert(notice({ expires: minutes(240) }), context()).expires).toEqual(minutes(240));
  });

  const facts = notice().facts;
  test.each<[string, Partial<Notice>, Partial<AlertContext>]>([
    ['expires', { expires: SENT }, {}],
    ['expires', { expires: minutes(-1) }, {}],
    ['expires', { expires: minutes(240.01) }, {}],
    ['expires', { expires: new Date(Number.NaN) }, {}],
    ['expires', { kind: 'UPDATE', change: 'DETAIL', expires: minutes(241) }, later],
    ['sent', {}, { sent: new Date(Number.NaN) }],
    ['onset', { onset: new Date(Number.NaN) }, {}],
    ['change', { kind: 'UPDATE' }, later],
    ['references', {}, later],
    ['references', { kind: 'UPDATE', change: 'DETAIL' }, {}],
    ['references', { kind: 'ALL_CLEAR' }, {}],
    ['references', { kind: 'RETRACTION' }, {}],
    ['facts.reports', { facts: { ...facts, reports: 0 } }, {}],
    ['facts.agents', { facts: { ...facts, agents: -1 } }, {}],
    ['facts.vehicles', { facts: { ...facts, vehicles: 1.5 } }, {}],
    ['distanceMeters', {}, { distanceMeters: Number.NaN }],
  ])('refuses a bad %s', (field, noticeChanges, contextChanges) => {
    const build = () => buildAlert(notice(noticeChanges), context(contextChanges));
    expect(build).toThrow(InvalidAlertError);
    expect(build).toThrow(expect.objectContaining({ field }));
  });
});

test.each(ACTIVITIES)('%s is assessed, with a reason, calmly', (activity) => {
  const { urgency, severity, reason } = ASSESSMENTS[activity];
  expect(CAP_URGENCIES).toContain(urgency);
  expect(CAP_SEVERITIES).toContain(severity);
  expect(severity).not.toBe('Extreme');
  expect(reason).not.toBe('');
});
