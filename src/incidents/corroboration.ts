import { distanceMeters } from '../geo/distance.js';
import { JOIN_METERS, type Sighting } from './sighting.js';

export interface Inviter {
  id: string;
  /** They were an admin when they invited. */
  admin: boolean;
}

/** Who wrote a report, as far as independence needs it. */
export interface Witness {
  id: string;
  organizationId: string;
  /**
   * Everybody above them in the chain of invitations, nearest first: who invited them, who invited
   * that one, …
   */
  inviters: readonly Inviter[];
  /** False when suspended or when their training has lapsed: they do not count. */
  eligible: boolean;
}

export interface CorroborationRule {
  /** 0: off; else 2 to 5. */
  minimum: number;
}

/** Sightings that agree are at most this far apart in time. */
export const AGREE_MINUTES = 30;
/** Nobody asks for more, so no more are looked for: five means five or more. */
export const MOST_CORROBORATING = 5;
/** How many sightings are compared; see {@link candidates}. */
export const MAX_CANDIDATES = 128;

const SAME_SPELL_MINUTES = 15;
const MINUTE = 60_000;

/**
 * The independent first-hand sightings that agree, the best such set, or undefined when the rule is
 * off or not met. The best is the largest, up to {@link MOST_CORROBORATING}; of equally large ones
 * that with the latest sightings. Oldest first.
 */
export function corroboration(
  sightings: readonly Sighting[],
  witnesses: ReadonlyMap<string, Witness>,
  rule: CorroborationRule,
): Sighting[] | undefined {
  if (!(rule.minimum >= 2)) return undefined;
  const best = largestSet(sightings, witnesses);
  return best.length >= rule.minimum ? best.toReversed() : undefined;
}

/**
 * How many independent people say the same at most (0, 1, 2 …): what a dispatcher sees, whether or
 * not the rule is on. {@link MOST_CORROBORATING} stands for that many or more.
 */
export function corroboratingCount(
  sightings: readonly Sighting[],
  witnesses: ReadonlyMap<string, Witness>,
): number {
  return largestSet(sightings, witnesses).length;
}

/**
 * What all of them say: an agency that each identified, and of how many were seen the least, where
 * each counted. What one person alone says is told to nobody.
 */
export function agreedFacts(
  agreed: readonly Sighting[],
): Pick<Sighting, 'agency' | 'agents' | 'vehicles'> {
  const agencies = new Set(agreed.map(({ agency }) => agency));
  return {
    agency: agencies.size === 1 ? [...agencies][0]! : 'UNKNOWN',
    agents: leastOf(agreed.map(({ agents }) => agents)),
    vehicles: leastOf(agreed.map(({ vehicles }) => vehicles)),
  };
}

const leastOf = (counts: (number | null)[]): number | null =>
  counts.some((count) => count === null) ? null : Math.min(...(counts as number[]));

/**
 * Two people of different organizations, neither of whom brought in the other at any remove, and
 * whom nobody brought in both. Admins are excepted as common inviters, for somebody invites the
 * first of every organization; but only if they were an admin both times.
 */
export function independent(a: Witness, b: Witness): boolean {
  if (a.id === b.id || a.organizationId === b.organizationId) return false;
  if (a.inviters.some(({ id }) => id === b.id)) return false;
  if (b.inviters.some(({ id }) => id === a.id)) return false;
  return !a.inviters.some((mine) =>
    b.inviters.some((theirs) => mine.id === theirs.id && !(mine.admin && theirs.admin)),
  );
}

/** The same known activity, near in place and time. A sighting of OTHER says too little to agree. */
export function agree(a: Sighting, b: Sighting): boolean {
  return (
    a.activity === b.activity &&
    a.activity !== 'OTHER' &&
    Math.abs(a.observedAt.getTime() - b.observedAt.getTime()) <= AGREE_MINUTES * MINUTE &&
    distanceMeters(a, b) <= JOIN_METERS
  );
}

interface Candidate {
  sighting: Sighting;
  witness: Witness;
  /** Those it agrees with and is independent of. */
  mates: Set<Candidate>;
}

/** The largest set in which every two agree and are independent, latest first. */
function largestSet(
  sightings: readonly Sighting[],
  witnesses: ReadonlyMap<string, Witness>,
): Sighting[] {
  const all = candidates(sightings, witnesses).sort(latestFirst);
  all.forEach((a, i) => {
    for (const b of all.slice(i + 1)) {
      if (!agree(a.sighting, b.sighting) || !independent(a.witness, b.witness)) continue;
      a.mates.add(b);
      b.mates.add(a);
    }
  });
  return largestClique(all).map(({ sighting }) => sighting);
}

/**
 * Exact, by branch and bound: sightings no two of which are mates, such as those of an organization,
 * make one group, and the groups left bound what a branch can still reach. So a flood from inside an
 * organization or a lineage hardly widens the search.
 */
function largestClique(all: readonly Candidate[]): Candidate[] {
  let best: Candidate[] = [];
  const extend = (chosen: Candidate[], rest: readonly Candidate[]): void => {
    if (chosen.length > best.length) best = chosen;
    const reach = groupsFrom(rest);
    for (const [i, next] of rest.entries()) {
      const bound = Math.min(chosen.length + reach[i]!, MOST_CORROBORATING);
      if (bound <= best.length) return;
      extend(
        [...chosen, next],
        rest.slice(i + 1).filter((other) => next.mates.has(other)),
      );
    }
  };
  extend([], all);
  return best;
}

/** For each place in the list, into how many groups without mates the rest from there is sorted. */
function groupsFrom(list: readonly Candidate[]): number[] {
  const groups: Candidate[][] = [];
  return list
    .toReversed()
    .map((next) => {
      const fitting = groups.find((group) => !group.some((other) => next.mates.has(other)));
      if (fitting) fitting.push(next);
      else groups.push([next]);
      return groups.length;
    })
    .reverse();
}

/**
 * The sightings that are compared: first-hand, by somebody known and eligible, and at most
 * {@link MAX_CANDIDATES} of them, so that a flood of reports costs little.
 *
 * When there are more, they are taken in turns, so that a flood crowds out nobody else's: first the
 * organizations take turns (only an admin brings people into another one), within each the branches
 * of its tree of invitations at every fork, with an inviter's own reports set against all those of
 * the people they brought in, then a person's activities, and for each activity the quarters of an
 * hour, latest first. Whoever floods, alone or through people they invited, uses up their own turns
 * only.
 */
function candidates(
  sightings: readonly Sighting[],
  witnesses: ReadonlyMap<string, Witness>,
): Candidate[] {
  const counting = sightings.flatMap((sighting): Candidate[] => {
    const witness = witnesses.get(sighting.authorId);
    return witness?.eligible && sighting.vantage === 'FIRSTHAND'
      ? [{ sighting, witness, mates: new Set() }]
      : [];
  });
  if (counting.length <= MAX_CANDIDATES) return counting;
  const placed = counting.sort(latestFirst).map((candidate) => ({
    candidate,
    path: turns(candidate),
  }));
  return inTurns(placed, 0).slice(0, MAX_CANDIDATES);
}

/** Where a sighting stands among those that share its turns, the widest group first. */
function turns({ witness, sighting }: Candidate): string[] {
  const brought = witness.inviters
    .filter(({ admin }) => !admin)
    .reverse()
    .flatMap(({ id }) => [id, 'brought in']);
  const spell = Math.floor(sighting.observedAt.getTime() / (SAME_SPELL_MINUTES * MINUTE));
  return [
    witness.organizationId,
    ...brought,
    witness.id,
    'their own',
    sighting.activity,
    String(spell),
  ];
}

interface Placed {
  candidate: Candidate;
  path: string[];
}

/** Groups by the path's step at `depth`, and takes from the groups one each, again and again. */
function inTurns(placed: readonly Placed[], depth: number): Candidate[] {
  const groups = Map.groupBy(placed, ({ path }) => path[depth]);
  if (groups.has(undefined)) return placed.map(({ candidate }) => candidate);
  const queues = [...groups.values()].map((group) => inTurns(group, depth + 1));
  if (queues.length === 1) return queues[0]!;
  const rounds = Math.min(Math.max(...queues.map(({ length }) => length)), MAX_CANDIDATES);
  return Array.from({ length: rounds }, (_, round) =>
    queues.flatMap((queue) => queue.slice(round, round + 1)),
  ).flat();
}

function latestFirst({ sighting: a }: Candidate, { sighting: b }: Candidate): number {
  return b.observedAt.getTime() - a.observedAt.getTime() || (a.reportId < b.reportId ? -1 : 1);
}
