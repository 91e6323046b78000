import { buildAlert } from './alert-builder.js';
import { renderAlert, payloadBytes } from './messages.js';
import { ACTIVITIES, AGENCIES, CHANGES } from './notice.js';
test('x', () => {
  let out = '';
  const max: Record<string, number> = {};
  const long: Record<string, string> = {};
  const go = (
    kind: any,
    change: any,
    activity: any,
    agency: any,
    m: number,
    exercise = false,
    reports = 1,
    name = 'Oak Ridge Elementary School',
  ) => {
    const sent = new Date('2026-03-03T13:16:00Z');
    const d = buildAlert(
      {
        incidentId: '6f1b8c1e-0000-4000-8000-000000000001',
        kind,
        change,
        exercise,
        facts: { activity, agency, agents: 3, vehicles: 2, reports },
        place: { latitude: 0, longitude: 0 },
        radiusMeters: 1500,
        onset: new Date('2026-03-03T13:10:00Z'),
        expires: new Date('2026-03-03T14:16:00Z'),
      },
      {
        id: '6f1b8c1e-0000-4000-8000-000000000002',
        sent,
        references: kind === 'ALERT' ? [] : ['6f1b8c1e-0000-4000-8000-000000000003'],
        school: { id: '1', name: 'x', latitude: 0, longitude: 0, districtId: '2' },
        distanceMeters: m,
      },
    );
    return ['en', 'es']
      .map((l) => {
        const p = renderAlert(d, l, {
          schoolName: name,
          timeZone: 'America/New_York',
          url: 'https://example.org/alerts/6f1b8c1e-0000-4000-8000-000000000002',
        });
        if (!exercise)
          for (const k of ['headline', 'body', 'instruction'] as const) {
            const key = `${l} ${k} ${kind}`;
            if (p[k].length > (max[key] ?? 0)) {
              max[key] = p[k].length;
              long[key] = p[k];
            }
          }
        return `${payloadBytes(p)}\n  H ${p.headline}\n  B ${p.body}\n  I ${p.instruction}\n`;
      })
      .join('');
  };
  for (const a of ACTIVITIES) out += go('ALERT', null, a, 'ICE', 700);
  for (const a of AGENCIES) out += go('ALERT', null, 'CHECKPOINT', a, 50, false, 3);
  for (const c of CHANGES) out += go('UPDATE', c, 'VEHICLE_STOP', 'UNKNOWN', 3000);
  out +=
    go('ALL_CLEAR', null, 'ARREST', 'CBP', 300) +
    go('RETRACTION', null, 'ARREST', 'CBP', 300) +
    go('ALERT', null, 'ARREST', 'ICE', 1300, true);
  out += go(
    'ALERT',
    null,
    'ARREST',
    'UNKNOWN',
    300,
    false,
    1,
    'Chestnut Elementary School for Science and Engineering',
  );
  for (const a of ACTIVITIES)
    for (const g of AGENCIES)
      for (const m of [1, 300, 700, 1300, 4000])
        for (const [k, c] of [
          ['ALERT', null],
          ...CHANGES.map((c) => ['UPDATE', c]),
          ['ALL_CLEAR', null],
          ['RETRACTION', null],
        ])
          go(k, c, a, g, m);
  process.stdout.write(out + JSON.stringify(max, null, 1) + JSON.stringify(long, null, 1));
});
