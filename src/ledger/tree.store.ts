import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { LedgerTileRow } from './ledger-entry.entity.js';
import { GrowingTree, type HashAt, type Subtree } from './merkle.js';

/** Hashes are kept of every eighth level: a root or a proof needs at most 255 of each. */
const TILE_LEVELS = 8;
/** Tiles made at a time. */
const AT_ONCE = 32;

/** The hashes of the Merkle tree that are kept: leaves in the entries, and tiles above them. */
@Injectable()
export class TreeStore {
  /**
   * Reads what these subtrees are made of.
   * @throws Error when one has leaves that no checkpoint was made of
   */
  async hashes(tx: Transaction, subtrees: readonly Subtree[]): Promise<HashAt> {
    return this.hashesFrom(tx, subtrees, levelKept);
  }

  private async hashesFrom(
    tx: Transaction,
    subtrees: readonly Subtree[],
    from: LevelOf,
  ): Promise<HashAt> {
    const kept = new Map<string, Buffer>();
    for (const [level, indexes] of keptFor(subtrees, from))
      for (const { index, hash } of await this.read(tx, level, [...indexes]))
        kept.set(`${level}/${index}`, hash);
    return ({ level, index }) => {
      const tree = new GrowingTree();
      const [at, first, count] = partsOf({ level, index }, from);
      for (let part = first; part < first + count; part++) {
        const hash = kept.get(`${at}/${part}`);
        if (!hash) throw new Error('the tree is not kept so far');
        tree.add(hash);
      }
      return tree.root();
    };
  }

  /** Keeps the tiles that are complete at `size` and were not at `before`. */
  async extend(tx: Transaction, before: number, size: number): Promise<void> {
    for (let level = TILE_LEVELS; 2 ** level <= size; level += TILE_LEVELS) {
      const end = Math.floor(size / 2 ** level);
      for (let first = Math.floor(before / 2 ** level); first < end; first += AT_ONCE)
        await this.keep(tx, tilesOf(level, first, Math.min(end, first + AT_ONCE)));
    }
  }

  private async keep(tx: Transaction, tiles: Subtree[]): Promise<void> {
    const at = await this.hashesFrom(tx, tiles, levelBelow);
    await tx
      .getRepository(LedgerTileRow)
      .insert(
        tiles.map((tile) => ({ level: tile.level, index: String(tile.index), hash: at(tile) })),
      );
  }

  private async read(
    tx: Transaction,
    level: number,
    indexes: number[],
  ): Promise<{ index: string; hash: Buffer }[]> {
    return (await tx.query(
      level === 0
        ? `SELECT seq - 1 AS index, leaf AS hash FROM ledger_entry
           WHERE seq IN (SELECT unnest($1::bigint[]) + 1)`
        : `SELECT index, hash FROM ledger_tile WHERE level = ${level} AND index = ANY($1::bigint[])`,
      [indexes],
    )) as { index: string; hash: Buffer }[];
  }
}

const tilesOf = (level: number, first: number, end: number): Subtree[] =>
  Array.from({ length: end - first }, (_, n) => ({ level, index: first + n }));

/** Of which kept level a subtree of this level is made. */
type LevelOf = (level: number) => number;
const levelKept: LevelOf = (level) => TILE_LEVELS * Math.floor(level / TILE_LEVELS);
/** What a tile that is not kept yet is made of. */
const levelBelow: LevelOf = (level) => level - TILE_LEVELS;

/** Where a subtree is kept in parts: their level, the first, and how many. */
function partsOf(
  { level, index }: Subtree,
  from: LevelOf,
): [level: number, first: number, count: number] {
  const at = from(level);
  const count = 2 ** (level - at);
  return [at, index * count, count];
}

/** What must be read, by level. */
function keptFor(subtrees: readonly Subtree[], from: LevelOf): Map<number, Set<number>> {
  const wanted = new Map<number, Set<number>>();
  for (const subtree of subtrees) {
    const [level, first, count] = partsOf(subtree, from);
    const indexes = wanted.get(level) ?? new Set();
    for (let n = 0; n < count; n++) indexes.add(first + n);
    wanted.set(level, indexes);
  }
  return wanted;
}
