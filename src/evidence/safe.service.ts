import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { SEAL_BYTES, UnknownDataKey } from '../platform/keyring.js';
import { Queue } from '../platform/queue.js';
import { collected } from './collected.js';
import { EvidenceStore } from './evidence.store.js';
import { STORAGE, type Storage } from './storage/storage.js';

/** Which file of which piece of evidence: bound into the seal, so that none can stand in for another. */
export interface Place {
  evidenceId: string;
  /** 0: the original; else the version of the copy. */
  version: number;
}

/** Where a file lies, sealed, and what it is. */
export interface Kept {
  objectKey: string;
  keyId: string;
  bytes: number;
  /** Of what was sealed. */
  sha256: Buffer;
}

/** The stored file is gone, or is not what was sealed. */
export class DamagedEvidence extends Error {
  constructor(readonly damage: 'MISSING' | 'ALTERED') {
    super(`a stored file is ${damage.toLowerCase()}`);
  }
}

/** A file that no row needs by then was left by a process that died, or by a request that failed. */
const ORPHAN_SECONDS = 3_600;
const LEFT_BEHIND_MS = 86_400_000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const sealFor = ({ evidenceId, version }: Place, objectKey: string) =>
  `evidence/${evidenceId}/${version}/${objectKey}`;

/** Files, sealed, in the storage. */
@Injectable()
export class EvidenceSafe {
  constructor(
    @Inject(STORAGE) private readonly storage: Storage,
    private readonly database: Database,
    private readonly store: EvidenceStore,
    private readonly queue: Queue,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Seals and stores a file under a key of its own. It is deleted again unless a transaction takes it
   * ({@link need}) within the hour; that is known before the first byte leaves.
   */
  async keep(bytes: Uint8Array, place: Place): Promise<Kept> {
    const objectKey = randomUUID();
    await this.database.transaction(async (tx) => {
      await this.store.addPending(tx, objectKey, this.clock.now());
      await this.queue.send(
        tx,
        'evidenceOrphan',
        { key: objectKey },
        { startAfter: ORPHAN_SECONDS },
      );
    });
    const sealed = this.config.keyring.seal(Buffer.from(bytes), sealFor(place, objectKey));
    await this.storage.put(objectKey, sealed.bytes);
    return { objectKey, keyId: sealed.keyId, bytes: bytes.length, sha256: sha256(bytes) };
  }

  /** From the commit on a row needs it. */
  async need(tx: Transaction, { objectKey }: Kept): Promise<void> {
    if (!(await this.store.takePending(tx, objectKey)))
      throw new Error('a stored file was given up before its row was written');
  }

  /** @throws DamagedEvidence when it is not, to the last bit, what was kept. */
  async open(kept: Kept, place: Place): Promise<Buffer> {
    const stream = await this.storage.get(kept.objectKey);
    if (!stream) throw new DamagedEvidence('MISSING');
    const sealed = await collected(
      stream,
      kept.bytes + SEAL_BYTES,
      () => new DamagedEvidence('ALTERED'),
    );
    const bytes = this.unsealed(sealed, kept, place);
    if (!timingSafeEqual(sha256(bytes), kept.sha256)) throw new DamagedEvidence('ALTERED');
    return bytes;
  }

  /** Has files deleted once the transaction has committed; they may be asked for until then. */
  async giveUp(tx: Transaction, keys: string[]): Promise<void> {
    await this.store.giveUp(tx, keys, this.clock.now());
    await this.dropAll(tx, keys);
  }

  /** What should be deleted for a day and is not: its jobs were lost, or the storage was away too long. */
  async dropLeftBehind(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - LEFT_BEHIND_MS);
    await this.database.transaction(async (tx) =>
      this.dropAll(tx, await this.store.pendingSince(tx, before)),
    );
  }

  private async dropAll(tx: Transaction, keys: string[]): Promise<void> {
    const jobs = keys.map((key) => ({ key }));
    if (jobs.length > 0) await this.queue.sendAll(tx, 'evidenceOrphan', jobs);
  }

  /** Deletes a stored file, unless a row has come to need it. */
  async dropOrphan(key: string): Promise<void> {
    const given = await this.database.transaction((tx) =>
      this.store.dropPending(tx, key, this.clock.now()),
    );
    if (!given) return;
    await this.storage.delete(key);
    await this.database.transaction((tx) => this.store.forgetPending(tx, key));
  }

  private unsealed(bytes: Buffer, { objectKey, keyId }: Kept, place: Place): Buffer {
    try {
      return this.config.keyring.open({ keyId, bytes }, sealFor(place, objectKey));
    } catch (error) {
      if (error instanceof UnknownDataKey) throw error;
      throw new DamagedEvidence('ALTERED');
    }
  }
}
