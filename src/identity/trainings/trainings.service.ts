import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { RawDetails } from '../../ledger/raw-details.service.js';
import { Batched } from '../../platform/batched.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import type { Page } from '../../platform/connection.js';
import { Database, type Transaction } from '../../platform/database.js';
import { BadInput, Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import type { Viewer } from '../access.js';
import { TRAINING_WORDS, trainingEntry } from './training-entry.js';
import type { TrainingRow } from './training.entity.js';
import { trainingProblems, type TrainingText } from './training.js';
import { TrainingsStore } from './trainings.store.js';

/** What is absent stays. The kind, which says how long attending counts, always does. */
export type TrainingChange = Partial<Omit<TrainingText, 'kind'>>;

/** Webinars and sessions: announced, changed, cancelled. */
@Injectable()
export class TrainingsService implements OnModuleInit {
  private readonly counts: Batched<string, number>;

  constructor(
    private readonly database: Database,
    private readonly store: TrainingsStore,
    private readonly ledger: LedgerStore,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly details: RawDetails,
  ) {
    this.counts = new Batched((ids) => store.attendees(database.reader, ids));
  }

  /** Its words are kept for good, and gone when an entry that vouches for them is redacted. */
  onModuleInit(): void {
    this.details.addLasting(TRAINING_WORDS);
    this.details.addRedactor(async (tx, { kind, subject }) => {
      if ((TRAINING_WORDS as readonly string[]).includes(kind))
        await this.store.dropWords(tx, subject);
    });
  }

  async page(size: number, after?: string | null): Promise<Page<TrainingRow>> {
    return this.store.page(this.database.reader, size, after);
  }

  async attendees(trainingId: string): Promise<number> {
    return this.counts.get(trainingId);
  }

  /** It is the scheduler’s organization’s. @throws BadInput */
  async schedule(viewer: Viewer, text: TrainingText): Promise<TrainingRow> {
    const training = tidied(text);
    const problems = trainingProblems(training);
    if (problems.length > 0) throw new BadInput(problems);
    return this.database.transaction(async (tx) => {
      await this.requireTrainer(tx, training.trainerId);
      const row: TrainingRow = {
        ...training,
        id: randomUUID(),
        organizationId: viewer.organizationId,
        validMonths: this.config.training.months[training.kind],
        scheduledBy: viewer.id,
        scheduledAt: this.clock.now(),
        cancelledAt: null,
      };
      await this.store.add(tx, row);
      await this.log(tx, 'training.scheduled', row, viewer);
      return row;
    });
  }

  /** @throws BadInput, NotFound, Forbidden, Conflict where people attended it as it was. */
  async amend(viewer: Viewer, id: string, change: TrainingChange): Promise<TrainingRow> {
    if (Object.keys(change).length === 0)
      throw new BadInput({ field: 'input', message: 'say what to change' });
    return this.database.transaction(async (tx) => {
      const current = await this.open(tx, viewer, id);
      const next = { ...current, ...tidied({ ...current, ...change }) };
      const problems = trainingProblems(next);
      if (problems.length > 0) throw new BadInput(problems);
      const [attended] = (await this.store.attendees(tx, [id])) as [number];
      if (attended > 0 && next.startsAt.getTime() !== current.startsAt.getTime())
        throw new Conflict(
          `${attended} people attended, and are certified by its day: correct their attendance first.`,
        );
      if (next.capacity !== null && attended > next.capacity)
        throw new Conflict(`${attended} people attended: its capacity cannot be ${next.capacity}.`);
      await this.requireTrainer(tx, next.trainerId);
      await this.store.update(tx, id, next);
      await this.log(tx, 'training.amended', next, viewer);
      return next;
    });
  }

  /** @throws NotFound, Forbidden, Conflict where people attended it. */
  async cancel(viewer: Viewer, id: string): Promise<TrainingRow> {
    return this.database.transaction(async (tx) => {
      const training = await this.open(tx, viewer, id);
      const [attended] = (await this.store.attendees(tx, [id])) as [number];
      if (attended > 0)
        throw new Conflict(`${attended} people attended: correct their attendance first.`);
      const cancelledAt = this.clock.now();
      await this.store.update(tx, id, { cancelledAt });
      await this.log(tx, 'training.cancelled', training, viewer);
      return { ...training, cancelledAt };
    });
  }

  /** Locked, for whoever may change it. */
  private async open(tx: Transaction, viewer: Viewer, id: string): Promise<TrainingRow> {
    const training = await this.store.lock(tx, id);
    if (!training) throw new NotFound('There is no training with this id.');
    if (!mayKeep(viewer, training))
      throw new Forbidden('This is for admins, and for dispatchers of its own organization.');
    if (training.cancelledAt) throw new Conflict('This training was cancelled.');
    return training;
  }

  private async requireTrainer(tx: Transaction, trainerId: string | null): Promise<void> {
    if (trainerId === null) return;
    const trainer = await this.store.staff(tx, trainerId);
    if (!trainer || trainer.suspendedAt)
      throw new BadInput({ field: 'trainerId', message: 'no such member of staff is active' });
  }

  private async log(
    tx: Transaction,
    kind: Parameters<typeof trainingEntry>[0],
    training: TrainingRow,
    { id: actor }: Viewer,
  ): Promise<void> {
    await this.ledger.append(tx, trainingEntry(kind, training, { at: this.clock.now(), actor }));
  }
}

/** Who may change a training: admins, and dispatchers of the organization whose it is. */
export const mayKeep = (
  viewer: Pick<Viewer, 'role' | 'organizationId'>,
  training: Pick<TrainingRow, 'organizationId'>,
): boolean =>
  viewer.role === 'ADMIN' ||
  (viewer.role === 'DISPATCHER' && viewer.organizationId === training.organizationId);

const tidied = (training: TrainingText): TrainingText => ({
  title: training.title.trim(),
  kind: training.kind,
  startsAt: training.startsAt,
  minutes: training.minutes,
  trainerId: training.trainerId,
  trainerOrganization: training.trainerOrganization?.trim() ?? null,
  capacity: training.capacity,
});
