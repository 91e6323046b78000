import { answerTo } from './range.js';

const TAG = '"abc"';
const whole = { kind: 'whole' };
const part = (from: number, to: number) => ({ kind: 'part', range: { from, to } });

describe('which bytes of a file of 1,000 are answered', () => {
  it.each([
    [{}, whole],
    [{ range: 'bytes=0-99' }, part(0, 99)],
    [{ range: 'bytes=900-' }, part(900, 999)],
    [{ range: 'bytes=900-5000' }, part(900, 999)],
    [{ range: 'bytes=-100' }, part(900, 999)],
    [{ range: 'bytes=-5000' }, part(0, 999)],
    [{ range: 'bytes=999-999' }, part(999, 999)],
    [{ range: 'bytes=1000-' }, { kind: 'unsatisfiable' }],
    [{ range: 'bytes=-0' }, { kind: 'unsatisfiable' }],
    [{ range: 'bytes=0-1,5-6' }, whole],
    [{ range: 'bytes=9-2' }, whole],
    [{ range: 'bytes=-' }, whole],
    [{ range: 'bytes=a-b' }, whole],
    [{ range: 'rows=0-9' }, whole],
    [{ range: ['bytes=0-1', 'bytes=2-3'] }, whole],
    [{ range: 'bytes=0-99', 'if-range': TAG }, part(0, 99)],
    [{ range: 'bytes=0-99', 'if-range': '"other"' }, whole],
    [{ range: 'bytes=0-99', 'if-range': `W/${TAG}` }, whole],
    [{ range: 'bytes=0-99', 'if-range': 'Wed, 21 Oct 2026 07:28:00 GMT' }, whole],
    [{ 'if-none-match': TAG }, { kind: 'unmodified' }],
    [{ 'if-none-match': `"x", W/${TAG}` }, { kind: 'unmodified' }],
    [{ 'if-none-match': '"x"' }, whole],
  ])('%j', (headers, answer) => expect(answerTo(headers, 1_000, TAG)).toEqual(answer));

  it('has nothing to take a part of when the file is empty', () => {
    expect(answerTo({ range: 'bytes=0-' }, 0, TAG)).toEqual({ kind: 'unsatisfiable' });
    expect(answerTo({ range: 'bytes=-1' }, 0, TAG)).toEqual({ kind: 'unsatisfiable' });
  });
});
