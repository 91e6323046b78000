import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Batched } from '../../platform/batched.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { BadInput, Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import { requireItsOwn } from '../advocacy/details.service.js';
import { IncidentsStore } from '../incidents.store.js';
import { Held } from '../record/held.service.js';
import { ReviewFilters } from './filters.service.js';
import type { NoteRow } from './note.entity.js';
import { NotesStore } from './notes.store.js';

export const MAX_NOTE = 4_000;
export const NOTE_WRITTEN = 'incident.note-written';
const TEXT = (id: string) => `incident_note/text/${id}`;

/** What analysts and dispatchers write about incidents, in their own words. */
@Injectable()
export class NotesService {
  private readonly standing: Batched<string, NoteRow[]>;

  constructor(
    private readonly database: Database,
    private readonly store: NotesStore,
    private readonly incidents: IncidentsStore,
    private readonly filters: ReviewFilters,
    private readonly held: Held,
    private readonly ledger: LedgerStore,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.standing = new Batched(async (ids) => {
      const rows = await store.ofIncidents(database.reader, [...new Set(ids)]);
      const byIncident = Map.groupBy(rows, ({ incidentId }) => incidentId);
      return ids.map((id) => byIncident.get(id) ?? []);
    });
  }

  /** Oldest first, also those that were withdrawn. */
  of(incidentId: string): Promise<NoteRow[]> {
    return this.standing.get(incidentId);
  }

  /** Null: it was withdrawn. */
  text({ id, text, keyId }: NoteRow): string | null {
    if (!text || !keyId) return null;
    return this.config.keyring.open({ keyId, bytes: text }, TEXT(id)).toString('utf8');
  }

  /** @throws BadInput, NotFound, Conflict where its reports belong to another incident. */
  async write(viewer: Viewer, incidentId: string, given: string): Promise<NoteRow> {
    const text = checkedText(given);
    return this.database.transaction(async (tx) => {
      const incident = await this.incidents.lock(tx, incidentId);
      if (!incident) throw new NotFound('There is no incident with this id.');
      requireItsOwn(incident);
      const id = randomUUID();
      const at = this.clock.now();
      const sealed = this.config.keyring.seal(Buffer.from(text), TEXT(id));
      const note = {
        ...{ id, incidentId, authorId: viewer.id, writtenAt: at },
        ...{ text: sealed.bytes, keyId: sealed.keyId, words: this.filters.tokens(text) },
        ...{ withdrawnAt: null, withdrawnBy: null },
      };
      await this.store.insert(tx, note);
      await this.ledger.append(tx, {
        ...{ kind: NOTE_WRITTEN, subject: incidentId, at, actor: viewer.id },
        facts: { noteId: id, ...(incident.drillId && { drillId: incident.drillId }) },
        sensitive: { text },
      });
      return note;
    });
  }

  /** By its author or an admin. @throws NotFound, Forbidden, Conflict */
  async withdraw(viewer: Viewer, id: string): Promise<NoteRow> {
    return this.database.transaction(async (tx) => {
      await this.held.stand(tx);
      const note = await this.store.lock(tx, id);
      if (!note) throw new NotFound('There is no note with this id.');
      if (note.authorId !== viewer.id && viewer.role !== 'ADMIN')
        throw new Forbidden('A note is withdrawn by whoever wrote it, or by an admin.');
      if (note.withdrawnAt) throw new Conflict('This note was withdrawn already.');
      if ((await this.held.subjects(tx)).includes(note.incidentId))
        throw new Conflict('Under legal hold, nothing of this incident is destroyed.');
      const at = this.clock.now();
      await this.store.withdraw(tx, id, viewer.id, at);
      await this.ledger.append(tx, {
        ...{ kind: 'incident.note-withdrawn', subject: note.incidentId, at, actor: viewer.id },
        facts: { noteId: id },
      });
      const gone = { text: null, keyId: null, words: null };
      return { ...note, ...gone, withdrawnAt: at, withdrawnBy: viewer.id };
    });
  }
}

/** @throws BadInput */
function checkedText(given: string): string {
  const text = given.trim();
  const field = 'text';
  if (text === '') throw new BadInput({ field, message: 'must not be blank' });
  if (!text.isWellFormed() || text.includes('\0'))
    throw new BadInput({ field, message: 'must be text' });
  if (text.length > MAX_NOTE)
    throw new BadInput({ field, message: `must have at most ${MAX_NOTE} characters` });
  return text;
}
