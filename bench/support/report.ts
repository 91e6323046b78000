import { table, title } from '../../test/demo/screen.js';
import type { Result, Summary } from './result.js';

type Shown = Record<string, string | number>;

/** A result for people: contestants, ratios, and what was reached. */
export function show(what: string, result: Result): void {
  title(`${result.bench}: ${what}`);
  table([
    row('campana', result.campana),
    ...Object.entries(result.peers).map(([name, peer]) => row(name, peer)),
  ]);
  const { campana, peers } = result;
  for (const [name, one] of [['campana', campana] as const, ...Object.entries(peers)]) {
    const more = Object.entries(one).filter(([key]) => !SHOWN.has(key));
    if (more.length > 0)
      process.stdout.write(
        `${name}: ${more.map(([key, value]) => `${key} ${value}`).join(', ')}\n`,
      );
  }
  process.stdout.write('\n');
  for (const [name, ratio] of Object.entries(result.ratios))
    process.stdout.write(`${name.padEnd(44)} ${ratio}\n`);
  process.stdout.write('\n');
  for (const [goal, met] of Object.entries(result.met))
    process.stdout.write(`${met ? 'met   ' : 'MISSED'}  ${goal}\n`);
  for (const note of result.notes) process.stdout.write(`${note}\n`);
}

const SHOWN = new Set(['perSecond', 'perSecondSpread', 'cpuMicros', 'peakMb']);

const row = (name: string, { perSecond, perSecondSpread, cpuMicros, peakMb }: Summary): Shown => ({
  '': name,
  'per second': perSecond,
  'lowest–highest': perSecondSpread.join('–'),
  'CPU µs per item': cpuMicros,
  'peak MB': peakMb ?? '',
});
