import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { pageSize, toConnection } from '../../platform/connection.js';
import { BadInput } from '../../platform/errors.js';
import { UuidArgument, isUuid } from '../../platform/ids.js';
import { AllowedTo, CurrentStaff, type Viewer } from '../access.js';
import { ANY_STAFF, DISPATCH } from '../roles.js';
import { StaffService } from '../staff.service.js';
import { Attendance } from './attendance.service.js';
import type { TrainingRow } from './training.entity.js';
import {
  AmendTrainingInput,
  CancelTrainingInput,
  CorrectAttendanceInput,
  RecordAttendanceInput,
  ScheduleTrainingInput,
  Training,
  TrainingAttendance,
  TrainingConnection,
} from './trainings.graphql.js';
import { TrainingsService, type TrainingChange } from './trainings.service.js';

/** Trainings, for staff only: who trains is no public matter. */
@Resolver(() => Training)
export class TrainingsResolver {
  constructor(
    private readonly trainingsService: TrainingsService,
    private readonly attendance: Attendance,
    private readonly staff: StaffService,
  ) {}

  @AllowedTo(...ANY_STAFF)
  @Query(() => TrainingConnection, { description: 'The latest first, those to come included.' })
  async trainings(
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return toConnection(await this.trainingsService.page(pageSize(first), after), after);
  }

  @AllowedTo(...ANY_STAFF)
  @Query(() => [TrainingAttendance], {
    description: 'For admins, dispatchers of its organization, and its trainer.',
  })
  async trainingAttendance(
    @CurrentStaff() viewer: Viewer,
    @Args('trainingId', { type: () => ID }, new UuidArgument('trainingId')) id: string,
  ) {
    return this.attendance.of(viewer, id);
  }

  @AllowedTo(...DISPATCH)
  @Mutation(() => Training, { description: 'A training of your own organization.' })
  async scheduleTraining(
    @CurrentStaff() viewer: Viewer,
    @Args('input') input: ScheduleTrainingInput,
  ) {
    return this.trainingsService.schedule(viewer, {
      ...input,
      trainerId: input.trainerId?.toLowerCase() ?? null,
      trainerOrganization: input.trainerOrganization ?? null,
      capacity: input.capacity ?? null,
    });
  }

  @AllowedTo(...DISPATCH)
  @Mutation(() => Training, { description: 'Its day stays once somebody attended.' })
  async amendTraining(@CurrentStaff() viewer: Viewer, @Args('input') input: AmendTrainingInput) {
    return this.trainingsService.amend(viewer, input.trainingId.toLowerCase(), changeOf(input));
  }

  @AllowedTo(...DISPATCH)
  @Mutation(() => Training, { description: 'It does not take place. Nobody may have attended.' })
  async cancelTraining(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { trainingId }: CancelTrainingInput,
  ) {
    return this.trainingsService.cancel(viewer, trainingId.toLowerCase());
  }

  @AllowedTo(...ANY_STAFF)
  @Mutation(() => Training, {
    description:
      'Certifies those who were there; never for a shorter time than before. For admins, dispatchers of its organization, and its trainer; not of oneself.',
  })
  async recordAttendance(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { trainingId, staffIds }: RecordAttendanceInput,
  ) {
    return this.attendance.record(viewer, trainingId.toLowerCase(), checkedIds(staffIds));
  }

  @AllowedTo('ADMIN')
  @Mutation(() => Training, {
    description: 'They did not attend: their certification is what it would be without it.',
  })
  async correctAttendance(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { trainingId, staffId, reason }: CorrectAttendanceInput,
  ) {
    const [training, staff] = [trainingId.toLowerCase(), staffId.toLowerCase()];
    return this.attendance.correct(viewer, training, staff, reason);
  }

  @ResolveField(() => String)
  async trainer(@Parent() { trainerId, trainerOrganization }: TrainingRow): Promise<string> {
    if (trainerOrganization !== null) return trainerOrganization;
    return (await this.staff.byId({ id: trainerId! }))?.displayName ?? '';
  }

  @ResolveField(() => String)
  async organization(@Parent() training: TrainingRow): Promise<string> {
    const names = await this.staff.organizationNames([training]);
    return names.get(training.organizationId) ?? '';
  }

  @ResolveField(() => Int)
  async attendees(@Parent() { id }: TrainingRow): Promise<number> {
    return this.trainingsService.attendees(id);
  }
}

/** @throws BadInput naming each that is none. */
function checkedIds(ids: string[]): string[] {
  const problems = ids
    .map((id, index) => ({ id, field: `staffIds.${index}`, message: 'must be a UUID' }))
    .filter(({ id }) => !isUuid(id));
  if (problems.length > 0)
    throw new BadInput(problems.map(({ field, message }) => ({ field, message })));
  return ids.map((id) => id.toLowerCase());
}

/** A trainer of one kind takes the place of one of the other; only the capacity may be nothing. */
function changeOf(input: AmendTrainingInput): TrainingChange {
  const { title, startsAt, minutes, trainerId, trainerOrganization, capacity } = input;
  const given = (value: unknown) => value !== undefined && value !== null;
  const trainers = {
    ...(given(trainerId) && !given(trainerOrganization) && { trainerOrganization: null }),
    ...(given(trainerOrganization) && !given(trainerId) && { trainerId: null }),
    ...(given(trainerId) && { trainerId: trainerId!.toLowerCase() }),
    ...(given(trainerOrganization) && { trainerOrganization: trainerOrganization! }),
  };
  return {
    ...trainers,
    ...(typeof title === 'string' && { title }),
    ...(startsAt && { startsAt }),
    ...(typeof minutes === 'number' && { minutes }),
    ...(capacity !== undefined && { capacity }),
  };
}
