import { Injectable } from '@nestjs/common';
import { copyOut } from '../platform/copy.js';
import { binaryRows } from '../platform/copy-binary.js';
import type { Transaction } from '../platform/database.js';
import { nextHead } from './chain.js';
import type { Checkpoint, SignedCheckpoint } from './checkpoint.js';
import { LedgerCheckpointRow, LedgerHeadRow } from './ledger-entry.entity.js';

/** Any number that nothing else in this database locks. */
const CHECKPOINT_LOCK = 7_202_615;
/** Entries read at a time. */
const PAGE = 10_000;

@Injectable()
export class CheckpointsStore {
  /** Until the transaction ends: the second waits, and then sees what the first made. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [CHECKPOINT_LOCK]);
  }

  async latest(tx: Transaction): Promise<LedgerCheckpointRow | null> {
    const [row] = await tx
      .getRepository(LedgerCheckpointRow)
      .find({ order: { madeAt: 'DESC' }, take: 1 });
    return row ?? null;
  }

  async keep(tx: Transaction, checkpoint: Checkpoint, published: SignedCheckpoint): Promise<void> {
    await tx.getRepository(LedgerCheckpointRow).insert({
      madeAt: checkpoint.time,
      size: String(checkpoint.size),
      root: checkpoint.root,
      head: checkpoint.head,
      published: JSON.stringify(published),
    });
  }

  /** What the ledger says it is; undefined: it says nothing. */
  async recorded(tx: Transaction): Promise<{ size: number; head: Buffer } | undefined> {
    const row = await tx.getRepository(LedgerHeadRow).findOneBy({ id: true });
    return row ? { size: Number(row.size), head: row.head } : undefined;
  }

  /** Follows the chain from a head that is known over the leaves after it. */
  async headAt(
    tx: Transaction,
    known: { size: number; head: Buffer },
    size: number,
  ): Promise<Buffer> {
    let { head } = known;
    for (let after = known.size; after < size; after += PAGE) {
      const last = Math.min(size, after + PAGE);
      const chunks: Buffer[] = [];
      const stream = await copyOut(
        tx,
        `COPY (SELECT leaf FROM ledger_entry WHERE seq > ${after} AND seq <= ${last} ORDER BY seq)
         TO STDOUT (FORMAT binary)`,
      );
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      for (const [leaf] of binaryRows(Buffer.concat(chunks))) head = nextHead(head, leaf!);
    }
    return head;
  }
}
