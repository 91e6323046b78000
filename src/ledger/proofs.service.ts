import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput } from '../platform/errors.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { Checkpoints } from './checkpoints.service.js';
import { consistencyNeeds, consistencyProof, inclusionNeeds, inclusionProof } from './merkle.js';
import { TreeStore } from './tree.store.js';

/** What leads from something to the root of a checkpoint; hashes of 32 bytes, from the bottom up. */
export interface Proof {
  checkpoint: SignedCheckpoint;
  path: Buffer[];
}

/** Proofs against the latest checkpoint. */
@Injectable()
export class Proofs {
  constructor(
    private readonly database: Database,
    private readonly checkpoints: Checkpoints,
    private readonly tree: TreeStore,
  ) {}

  /** That these entries are in the ledger, by sequence; without those that came after the checkpoint. */
  async ofEntries(sequences: readonly number[]): Promise<Map<number, Proof>> {
    const { reader } = this.database;
    const checkpoint = await this.checkpoints.latest(reader);
    const { size } = checkpoint ?? { size: 0 };
    const covered = sequences.filter((seq) => seq >= 1 && seq <= size);
    if (!checkpoint || covered.length === 0) return new Map();
    const needs = covered.flatMap((seq) => inclusionNeeds(seq - 1, size));
    const at = await this.tree.hashes(reader, needs);
    return new Map(
      covered.map((seq) => [seq, { checkpoint, path: inclusionProof(seq - 1, size, at) }]),
    );
  }

  /**
   * That the ledger of the latest checkpoint begins with the one of `size` entries; null when there
   * is no checkpoint yet.
   */
  async ofGrowth(size: number, tx: Transaction = this.database.reader): Promise<Proof | null> {
    const checkpoint = await this.checkpoints.latest(tx);
    if (!checkpoint) return null;
    if (!(size >= 0 && size <= checkpoint.size))
      throw new BadInput({ field: 'size', message: `must be from 0 to ${checkpoint.size}` });
    const at = await this.tree.hashes(tx, consistencyNeeds(size, checkpoint.size));
    return { checkpoint, path: consistencyProof(size, checkpoint.size, at) };
  }
}
