import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Transaction } from '../../platform/database.js';
import { NoteRow } from './note.entity.js';

@Injectable()
export class NotesStore {
  async insert(tx: Transaction, note: NoteRow): Promise<void> {
    await tx.getRepository(NoteRow).insert(note);
  }

  async lock(tx: Transaction, id: string): Promise<NoteRow | null> {
    const lock = { mode: 'pessimistic_write' } as const;
    return tx.getRepository(NoteRow).findOne({ where: { id }, lock });
  }

  /** Of any number of incidents, oldest first. */
  async ofIncidents(tx: Transaction, incidentIds: string[]): Promise<NoteRow[]> {
    const order = { writtenAt: 'ASC', id: 'ASC' } as const;
    return tx.getRepository(NoteRow).find({ where: { incidentId: In(incidentIds) }, order });
  }

  /** Its words are gone, here and from the index. */
  async withdraw(tx: Transaction, id: string, by: string | null, at: Date): Promise<void> {
    const gone = { text: null, keyId: null, words: null };
    await tx.getRepository(NoteRow).update(id, { ...gone, withdrawnBy: by, withdrawnAt: at });
  }
}
