import { FamilyLine } from './family-line.js';
import type { Asked, Opened, Told } from './families.js';

const MAX_REASONS = 5;

let lines: FamilyLine[] = [];
/** Of them, those that watch. */
let listening = 0;
let told = 0;
let failures: string[] = [];
let expected: Promise<Told> | undefined;
let tell: (told: Told) => void = () => undefined;

const now = () => performance.timeOrigin + performance.now();

/** A family opens its socket within `withinMs`, as clients do that lost it at the same moment. */
function open({ url, auths, withinMs }: Asked & { kind: 'open' }): Promise<Opened> {
  failures = [];
  let waiting = auths.length;
  const began = now();
  return new Promise((resolve) => {
    const one = () => {
      if (--waiting > 0) return;
      const reasons = [...new Set(failures)].slice(0, MAX_REASONS);
      resolve({ seconds: (now() - began) / 1_000, failures: failures.length, reasons });
    };
    for (const auth of auths)
      setTimeout(() => lines.push(familyLine(url, auth, one)), Math.random() * withinMs);
  });
}

function familyLine(url: string, auth: object, settled: () => void): FamilyLine {
  let watching = false;
  return new FamilyLine(new URL(url), auth, {
    watching() {
      watching = true;
      listening += 1;
      settled();
    },
    told() {
      told += 1;
      if (told === listening) tell({ lastAt: now(), devices: listening });
    },
    failed(why) {
      failures.push(why);
      if (watching) listening -= 1;
      else settled();
    },
  });
}

function expectOne(): void {
  told = 0;
  expected = new Promise((resolve) => (tell = resolve));
}

process.on('message', (asked: Asked) => {
  const answer = (value: object) => process.send!(value);
  if (asked.kind === 'open') return void open(asked).then(answer);
  if (asked.kind === 'expect') return void answer({ ready: (expectOne(), true) });
  if (asked.kind === 'told') return void expected!.then(answer);
  for (const line of lines) line.drop();
  answer({ dropped: lines.length });
  lines = [];
  listening = 0;
});
