import { Injectable } from '@nestjs/common';
import { LedgerStore, type KeptEntry } from '../../ledger/ledger.store.js';
import { Proofs } from '../../ledger/proofs.service.js';
import { Database } from '../../platform/database.js';
import { entryView, type LedgerEntry } from './record.graphql.js';

/** Entries of the ledger with their proofs. */
@Injectable()
export class IncidentRecord {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerStore,
    private readonly proofs: Proofs,
  ) {}

  async entry(sequence: number): Promise<LedgerEntry | null> {
    const entry = await this.ledger.entry(this.database.reader, sequence);
    return entry ? (await this.proven([entry]))[0]! : null;
  }

  async ofIncident(incidentId: string): Promise<LedgerEntry[]> {
    return this.proven(await this.ledger.ofSubject(this.database.reader, incidentId));
  }

  private async proven(entries: KeptEntry[]): Promise<LedgerEntry[]> {
    const proofs = await this.proofs.ofEntries(entries.map(({ sequence }) => sequence));
    return entries.map((entry) => entryView(entry, proofs.get(entry.sequence)));
  }
}
