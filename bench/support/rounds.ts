import type { Measure } from './result.js';
import type { Progress } from './progress.js';

/** Somebody who does the same work in his own way. */
export interface Contestant {
  name: string;
  /** Puts everything in place for a round; not measured. */
  ready?(): Promise<void>;
  round(): Promise<Measure>;
}

/**
 * A warm-up, then rounds in which everybody takes a turn, each round in the other direction than
 * the one before: whatever slows the machine for a while slows all of them.
 * @returns the measures by name, in the order of the rounds
 */
export async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
  progress: Progress,
): Promise<Map<string, Measure[]>> {
  const measures = new Map<string, Measure[]>(contestants.map(({ name }) => [name, []]));
  progress.start((rounds + 1) * contestants.length);
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const contestant of order) {
      progress.say(round === 0 ? `warm-up: ${contestant.name}` : `${round}: ${contestant.name}`);
      await contestant.ready?.();
      const measure = await contestant.round();
      if (round > 0) measures.get(contestant.name)!.push(measure);
      progress.step();
    }
  }
  progress.stop();
  return measures;
}
