import { DRILL_STEPS, drillReport } from './drill-report.js';

const STARTED = new Date('2026-03-03T13:00:00Z');
const after = (seconds: number) => new Date(STARTED.getTime() + seconds * 1_000);

const drill = (endedAt: number | null = null) => ({
  startedAt: STARTED,
  endedAt: endedAt === null ? null : after(endedAt),
});
type Practised = Parameters<typeof drillReport>[1][number];
type Kind = Practised['alerts'][number]['kind'];

/** An incident whose messages were sent, and taken by so many devices, so many seconds in. */
const practised = (
  openedAt: number,
  messages: { kind: Kind; sent: number; accepted?: number; first?: number; last?: number }[] = [],
): Practised => ({
  openedAt: after(openedAt),
  alerts: messages.map(({ kind, sent }) => ({ id: `${kind} ${sent}`, kind, sent: after(sent) })),
  deliveries: messages.map(({ kind, sent, accepted = 0, first, last }) => ({
    id: `${kind} ${sent}`,
    accepted,
    firstAcceptedAt: first === undefined ? null : after(first),
    lastAcceptedAt: last === undefined ? null : after(last),
  })),
});
const stepsOf = ({ steps }: ReturnType<typeof drillReport>) =>
  steps.map(({ step, seconds }) => [step, seconds]);

describe('the report of a drill', () => {
  it('has nothing but its start when nothing was done', () => {
    expect(drillReport(drill(), [])).toEqual({
      reached: 0,
      secondsToFirst: null,
      secondsToLast: null,
      steps: [{ step: 'STARTED', at: STARTED, seconds: 0 }],
    });
    expect(stepsOf(drillReport(drill(600), []))).toEqual([
      ['STARTED', 0],
      ['ENDED', 600],
    ]);
  });

  it('says of a whole drill who was reached, how fast, and how long each step took', () => {
    const whole = practised(20, [
      { kind: 'ALERT', sent: 50, accepted: 240, first: 51.5, last: 54 },
      { kind: 'UPDATE', sent: 110, accepted: 239, first: 111, last: 112 },
      { kind: 'ALL_CLEAR', sent: 200, accepted: 238, first: 201, last: 202 },
    ]);
    const report = drillReport(drill(260), [whole]);
    expect(report).toMatchObject({ reached: 240, secondsToFirst: 1.5, secondsToLast: 4 });
    expect(report.steps[1]).toEqual({ step: 'REPORTED', at: after(20), seconds: 20 });
    expect(stepsOf(report)).toEqual([
      ['STARTED', 0],
      ['REPORTED', 20],
      ['VERIFIED', 30],
      ['FIRST_DEVICE', 1.5],
      ['LAST_DEVICE', 2.5],
      ['UPDATED', 56],
      ['ALL_CLEAR', 90],
      ['ENDED', 60],
    ]);
  });

  it('says of a report that nobody verified that nobody was reached', () => {
    const report = drillReport(drill(60), [practised(20)]);
    expect(report).toMatchObject({ reached: 0, secondsToFirst: null, secondsToLast: null });
    expect(stepsOf(report)).toEqual([
      ['STARTED', 0],
      ['REPORTED', 20],
      ['ENDED', 40],
    ]);
  });

  it('has no times of devices while none has taken the alert', () => {
    const report = drillReport(drill(), [practised(20, [{ kind: 'ALERT', sent: 50 }])]);
    expect(report).toMatchObject({ reached: 0, secondsToFirst: null, secondsToLast: null });
    expect(report.steps.map(({ step }) => step)).toEqual(['STARTED', 'REPORTED', 'VERIFIED']);
  });

  it('counts the alert alone, not those who were told what followed', () => {
    const retracted = practised(20, [
      { kind: 'ALERT', sent: 50, accepted: 3, first: 51, last: 52 },
      { kind: 'RETRACTION', sent: 70, accepted: 9, first: 70.1, last: 99 },
    ]);
    const report = drillReport(drill(), [retracted]);
    expect(report).toMatchObject({ reached: 3, secondsToFirst: 1, secondsToLast: 2 });
    expect(stepsOf(report).at(-1)).toEqual(['RETRACTED', 18]);
  });

  it('puts several incidents side by side: the fastest first device, the slowest last one', () => {
    const one = practised(10, [{ kind: 'ALERT', sent: 20, accepted: 2, first: 23, last: 25 }]);
    const two = practised(15, [{ kind: 'ALERT', sent: 30, accepted: 5, first: 31, last: 39 }]);
    const report = drillReport(drill(), [one, two, practised(18)]);
    expect(report).toMatchObject({ reached: 7, secondsToFirst: 1, secondsToLast: 9 });
    expect(report.steps.map(({ step }) => step)).toEqual([
      ...['STARTED', 'REPORTED', 'REPORTED', 'REPORTED', 'VERIFIED'],
      ...['FIRST_DEVICE', 'LAST_DEVICE', 'VERIFIED', 'FIRST_DEVICE', 'LAST_DEVICE'],
    ]);
    const sum = report.steps.reduce((total, { seconds }) => total + seconds, 0);
    expect(sum).toBe(39);
  });

  it('keeps the order of the path when several things happened in one moment', () => {
    const at = { sent: 10, accepted: 1, first: 10, last: 10 };
    const kinds: Kind[] = ['RETRACTION', 'ALL_CLEAR', 'UPDATE', 'ALERT'];
    const once = practised(
      10,
      kinds.map((kind) => ({ kind, ...at })),
    );
    const { steps } = drillReport({ startedAt: after(10), endedAt: after(10) }, [once]);
    expect(steps.map(({ step }) => step)).toEqual([...DRILL_STEPS]);
    expect(steps.every(({ seconds }) => seconds === 0)).toBe(true);
  });

  it('changes nothing of what it is given', () => {
    const given = [practised(20, [{ kind: 'ALERT', sent: 50, accepted: 1, first: 51, last: 51 }])];
    const before = structuredClone(given);
    drillReport(drill(90), given);
    expect(given).toEqual(before);
  });
});
