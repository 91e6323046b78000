import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RawDetails, type RedactedEntry } from '../../ledger/raw-details.service.js';
import { Clock } from '../../platform/clock.js';
import type { Transaction } from '../../platform/database.js';
import { isUuid } from '../../platform/ids.js';
import { NOTE_WRITTEN } from './notes.service.js';
import { NotesStore } from './notes.store.js';

/** A note whose entry is redacted loses its words, too; no schedule takes them. */
@Injectable()
export class NoteRedaction implements OnModuleInit {
  constructor(
    private readonly store: NotesStore,
    private readonly details: RawDetails,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.details.addLasting([NOTE_WRITTEN]);
    this.details.addRedactor((tx, entry) => this.redact(tx, entry));
  }

  private async redact(tx: Transaction, { kind, facts }: RedactedEntry): Promise<void> {
    if (kind !== NOTE_WRITTEN || !isUuid(facts.noteId)) return;
    const note = await this.store.lock(tx, facts.noteId);
    if (note && !note.withdrawnAt) await this.store.withdraw(tx, note.id, null, this.clock.now());
  }
}
