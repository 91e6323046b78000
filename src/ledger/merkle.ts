import { hash } from 'node:crypto';

/** The Merkle tree of RFC 6962 and RFC 9162 over the leaves of the ledger. Hashes are 32 bytes. */

/** A complete subtree: the leaves from `index · 2^level` on, `2^level` of them; level 0 is a leaf. */
export interface Subtree {
  level: number;
  index: number;
}

/** Answers the hash of a complete subtree. */
export type HashAt = (subtree: Subtree) => Buffer;

/** Leaves from `start` up to, and without, `end`. */
interface Range {
  start: number;
  end: number;
}

const NODE_MARK = 0x01;

/** `SHA-256(0x01 ‖ left ‖ right)`. */
export const nodeOf = (left: Buffer, right: Buffer): Buffer =>
  digest(Buffer.concat([Buffer.from([NODE_MARK]), left, right]));

/** The root of a tree without leaves: `SHA-256("")`. */
export const EMPTY_ROOT: Buffer = digest(Buffer.alloc(0));

/** The root of all leaves up to `size`. */
export const treeRoot = (size: number, at: HashAt): Buffer =>
  size === 0 ? EMPTY_ROOT : rootOf({ start: 0, end: size }, at);

/**
 * What leads from a leaf to the root, from the bottom up (RFC 9162, 2.1.3.1).
 * @param index of the leaf, counted from 0: an entry's sequence less one
 */
export const inclusionProof = (index: number, size: number, at: HashAt): Buffer[] =>
  inclusionRanges(index, size).map((range) => rootOf(range, at));

/** What shows that the tree of `to` leaves begins with the tree of `from` (RFC 9162, 2.1.4.1). */
export const consistencyProof = (from: number, to: number, at: HashAt): Buffer[] =>
  consistencyRanges(from, to).map((range) => rootOf(range, at));

/** The subtrees whose hashes {@link treeRoot} asks for. */
export const rootNeeds = (size: number): Subtree[] => subtreesOf({ start: 0, end: size });

/** The subtrees whose hashes {@link inclusionProof} asks for. */
export const inclusionNeeds = (index: number, size: number): Subtree[] =>
  inclusionRanges(index, size).flatMap(subtreesOf);

/** The subtrees whose hashes {@link consistencyProof} asks for. */
export const consistencyNeeds = (from: number, to: number): Subtree[] =>
  consistencyRanges(from, to).flatMap(subtreesOf);

/** Whether the leaf stands at `index` in the tree of this root (RFC 9162, 2.1.3.2). */
export function includes(
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [at, last, found] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      found = nodeOf(sibling, found);
      while (!isOdd(at) && at > 0) [at, last] = [half(at), half(last)];
    } else found = nodeOf(found, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && found.equals(root);
}

/** Whether the tree of `to` leaves is the tree of `from` leaves, grown (RFC 9162, 2.1.4.2). */
export function growsFrom(
  from: number,
  to: number,
  fromRoot: Buffer,
  toRoot: Buffer,
  path: readonly Buffer[],
): boolean {
  if (!(from >= 0 && from <= to)) return false;
  if (from === to) return path.length === 0 && fromRoot.equals(toRoot);
  if (from === 0) return path.length === 0 && fromRoot.equals(EMPTY_ROOT);
  const all = isPowerOfTwo(from) ? [fromRoot, ...path] : path;
  const [first, ...rest] = all;
  if (!first) return false;
  let [at, last] = [from - 1, to - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      before = nodeOf(sibling, before);
      after = nodeOf(sibling, after);
      while (!isOdd(at) && at > 0) [at, last] = [half(at), half(last)];
    } else after = nodeOf(after, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && before.equals(fromRoot) && after.equals(toRoot);
}

/** A tree that leaves are added to one by one; it keeps one hash per level. */
export class GrowingTree {
  /** Complete subtrees from the left, the largest first, in Latin-1: a buffer of each is slower. */
  private readonly complete: string[] = [];
  private readonly pair = Buffer.alloc(65, NODE_MARK);
  private count = 0;

  add(leaf: Buffer): void {
    let found = leaf.toString('latin1');
    for (let at = this.count; isOdd(at); at = half(at))
      found = this.join(this.complete.pop()!, found);
    this.complete.push(found);
    this.count++;
  }

  get size(): number {
    return this.count;
  }

  root(): Buffer {
    if (this.count === 0) return EMPTY_ROOT;
    const root = this.complete.reduceRight((right, left) => this.join(left, right));
    return Buffer.from(root, 'latin1');
  }

  private join(left: string, right: string): string {
    this.pair.write(left, 1, 'latin1');
    this.pair.write(right, 33, 'latin1');
    return hash('sha256', this.pair, 'binary');
  }
}

function inclusionRanges(index: number, size: number): Range[] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size))
    throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const ranges: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

function consistencyRanges(from: number, to: number): Range[] {
  if (!(Number.isSafeInteger(from) && from >= 0 && from <= to))
    throw new RangeError(`a tree of ${to} leaves was never one of ${from}`);
  if (from === 0 || from === to) return [];
  const ranges: Range[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // A subtree that was whole from the first leaf on is the old root, which whoever checks has.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** Complete subtrees that a range falls into, from the left. It begins where its largest one may. */
function subtreesOf({ start, end }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    const level = Math.floor(Math.log2(end - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

const rootOf = (range: Range, at: HashAt): Buffer =>
  subtreesOf(range)
    .map((subtree) => at(subtree))
    .reduceRight((right, left) => nodeOf(left, right));

/** The largest power of two below `count`. */
const splitOf = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);
const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));
const isOdd = (count: number): boolean => count % 2 === 1;
const half = (count: number): number => Math.floor(count / 2);

function digest(bytes: Buffer): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}
