import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database, type Transaction } from '../../platform/database.js';
import { BadInput, Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import { ReviewFilters } from './filters.service.js';
import {
  MAX_VIEWS,
  contentBytes,
  contentOf,
  nameProblems,
  type ViewContent,
} from './saved-view.js';
import type { SavedViewRow } from './saved-view.entity.js';
import { SavedViewsStore } from './saved-views.store.js';

const CONTENT = (id: string) => `saved_view/content/${id}`;

/** A view with what it keeps. */
export type SavedView = Omit<SavedViewRow, 'content' | 'keyId'> & ViewContent;

/** What is absent stays. */
export type ViewChange = Partial<ViewContent> & { shared?: boolean };

/** Filters that people keep, for themselves or for their organization. No fact, so not in the ledger. */
@Injectable()
export class SavedViews {
  constructor(
    private readonly database: Database,
    private readonly store: SavedViewsStore,
    private readonly filters: ReviewFilters,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async of(viewer: Viewer): Promise<SavedView[]> {
    return (await this.store.of(this.database.reader, viewer)).map((row) => this.opened(row));
  }

  /** @throws BadInput, Conflict where somebody keeps too many. */
  async create(viewer: Viewer, content: ViewContent, shared: boolean): Promise<SavedView> {
    await this.check(content);
    return this.database.transaction(async (tx) => {
      if ((await this.store.count(tx, viewer.id)) >= MAX_VIEWS)
        throw new Conflict(`You keep ${MAX_VIEWS} views: delete one first.`);
      const id = randomUUID();
      const at = this.clock.now();
      const row = {
        ...{ id, ownerId: viewer.id, organizationId: viewer.organizationId, shared },
        ...{ createdAt: at, changedAt: at, ...this.sealed(id, content) },
      };
      await this.store.insert(tx, row);
      return this.opened(row);
    });
  }

  /** Your own. @throws BadInput, NotFound, Forbidden */
  async change(viewer: Viewer, id: string, change: ViewChange): Promise<SavedView> {
    if (Object.keys(change).length === 0)
      throw new BadInput({ field: 'input', message: 'say what to change' });
    await this.check(change);
    return this.database.transaction(async (tx) => {
      const row = await this.own(tx, viewer, id);
      const { shared = row.shared, ...rest } = change;
      const content = { ...this.contentOf(row), ...rest };
      const next = { shared, changedAt: this.clock.now(), ...this.sealed(id, content) };
      await this.store.update(tx, id, next);
      return this.opened({ ...row, ...next });
    });
  }

  /** Your own; an admin also what is shared in their organization. @throws NotFound, Forbidden */
  async remove(viewer: Viewer, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.own(tx, viewer, id, viewer.role === 'ADMIN');
      await this.store.remove(tx, id);
    });
  }

  private async own(tx: Transaction, viewer: Viewer, id: string, orShared = false) {
    const row = await this.store.lock(tx, id);
    const seen =
      row?.ownerId === viewer.id || (row?.shared && row.organizationId === viewer.organizationId);
    if (!row || !seen) throw new NotFound('There is no view with this id.');
    if (row.ownerId !== viewer.id && !orShared)
      throw new Forbidden('A shared view is changed by whoever made it: make one of your own.');
    return row;
  }

  /** @throws BadInput naming each field, those of the filter behind `filter.` */
  private async check({ name, filter }: ViewChange): Promise<void> {
    const problems = name === undefined ? [] : nameProblems(name);
    try {
      await this.filters.ready(filter ?? {});
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      problems.push(
        ...error.fields.map(({ field, message }) => ({ field: `filter.${field}`, message })),
      );
    }
    if (problems.length > 0) throw new BadInput(problems);
  }

  private sealed(id: string, content: ViewContent) {
    const { keyId, bytes } = this.config.keyring.seal(contentBytes(content), CONTENT(id));
    return { keyId, content: bytes };
  }

  private contentOf({ id, keyId, content }: SavedViewRow): ViewContent {
    return contentOf(this.config.keyring.open({ keyId, bytes: content }, CONTENT(id)));
  }

  private opened(row: SavedViewRow): SavedView {
    const { content: _, keyId: __, ...rest } = row;
    return { ...rest, ...this.contentOf(row) };
  }
}
