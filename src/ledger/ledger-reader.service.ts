import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { run, statement } from '../platform/statements.js';

/** An entry as it is kept: the exact bytes that were hashed, and the chain’s head behind it. */
export interface KeptEntry {
  seq: number;
  kind: string;
  subject: string;
  body: Buffer;
  leaf: Buffer;
  head: Buffer;
}

const OF_SUBJECTS = statement(
  `SELECT seq::float8 AS seq, kind, subject, body, leaf, head FROM ledger_entry
   WHERE subject = ANY ($1::uuid[]) AND seq > $2 ORDER BY seq LIMIT $3`,
);

/** Reads the ledger for rooms that show it. */
@Injectable()
export class LedgerReader {
  constructor(private readonly database: Database) {}

  /** Entries about any of these, behind a number, in order. */
  async ofSubjects(subjects: string[], after: number, limit: number): Promise<KeptEntry[]> {
    return run(this.database.reader, OF_SUBJECTS, [subjects, after, limit]);
  }
}
