import fc from 'fast-check';
import { Rules } from './dispatching-rules.fixture.js';
import { someActs, type Act } from './random-acts.fixture.js';
import { attempt, strike } from './random-deeds.fixture.js';
import { MINUTE, Network, type Happening } from './random-network.fixture.js';
import { somePeople, someSettings, type Person, type Settings } from './random-people.fixture.js';

const SEQUENCES = 10_000;
/** With another one, other sequences are tried. A failure names the seed and the path to it. */
const SEED = 20_261_124;
const LONGEST = 50;

interface Scene {
  people: Person[];
  settings: Settings;
  acts: Act[];
}

const scene: fc.Arbitrary<Scene> = fc.record({
  people: somePeople,
  settings: someSettings,
  acts: someActs(LONGEST),
});

/** Plays the acts, and then lets everything come to its end. @throws Broken */
function play({ people, settings, acts }: Scene, seen: (happening: Happening) => void): void {
  const rules = new Rules();
  const network = new Network(structuredClone(people), settings, (happening) => {
    rules.hear(happening, network);
    seen(happening);
  });
  for (const act of acts) {
    attempt(network, act);
    rules.audit();
  }
  network.now = new Date(network.now.getTime() + 300 * MINUTE);
  strike(network);
  rules.audit();
  rules.allIsOver();
}

/** What the sequences must have come to, and how often at the least; else they would say little. */
const REACHED: Record<string, number> = {
  'VERIFY real UNVERIFIED→ACTIVE': 2_000,
  'APPROVE real UNVERIFIED→ACTIVE': 500,
  'LAPSE real UNVERIFIED→UNVERIFIED': 1_000,
  'CORROBORATE real UNVERIFIED→ACTIVE': 100,
  'UPDATE real ACTIVE→ACTIVE': 1_000,
  'CLEAR real ACTIVE→CLEARED': 1_000,
  'RETRACT real ACTIVE→RETRACTED': 500,
  'RETRACT real CLEARED→RETRACTED': 100,
  'RETRACT real EXPIRED→RETRACTED': 10,
  'MERGE real UNVERIFIED→MERGED': 1_000,
  'MERGE real ACTIVE→MERGED': 100,
  'RESTORE real MERGED→ACTIVE': 15,
  'RESTORE real MERGED→CLEARED': 5,
  'VERIFY drill UNVERIFIED→ACTIVE': 300,
  'CLEAR drill ACTIVE→CLEARED': 200,
  'VERIFY refused forbidden': 1_000,
  'VERIFY refused rateLimited': 50,
};

describe('random sequences of acts by random staff', () => {
  it('raise no alert of fewer than two people, leave no end untold, and let no drill out', () => {
    const times = new Map<string, number>();
    const count = (happening: Happening) => {
      const name = nameOf(happening);
      times.set(name, (times.get(name) ?? 0) + 1);
    };
    const property = fc.property(scene, (scene) => play(scene, count));
    fc.assert(property, { numRuns: SEQUENCES, seed: SEED });
    const tooFew = Object.entries(REACHED).filter(
      ([name, least]) => (times.get(name) ?? 0) < least,
    );
    expect(tooFew).toEqual([]);
  });
});

function nameOf(happening: Happening): string {
  if (happening.kind === 'REFUSED') return `${happening.action} refused ${happening.error.kind}`;
  if (happening.kind !== 'STEP') return happening.kind;
  const { action, drillId, from, to } = happening;
  return `${action} ${drillId ? 'drill' : 'real'} ${from}→${to}`;
}
