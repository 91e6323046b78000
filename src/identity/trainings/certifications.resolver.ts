import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { pageSize, toConnection } from '../../platform/connection.js';
import { AllowedTo } from '../access.js';
import { Staff, StaffConnection } from '../identity.graphql.js';
import { shownStaff } from '../identity.resolver.js';
import type { AttendanceRow } from './training.entity.js';
import { StaffService } from '../staff.service.js';
import { Certifications } from './certifications.service.js';
import { Certification, TrainingAttendance } from './trainings.graphql.js';

const DEFAULT_DAYS = 30;

/** How training stands, for everybody who sees a member of staff. */
@Resolver(() => Staff)
export class CertificationsResolver {
  constructor(private readonly certifications: Certifications) {}

  @ResolveField(() => Certification)
  certification(@Parent() { certifiedUntil }: Pick<Staff, 'certifiedUntil'>): Certification {
    return this.certifications.state(certifiedUntil);
  }

  @AllowedTo('ADMIN')
  @Query(() => StaffConnection, {
    description:
      'Whose training lapses within so many days (30, if it is not said), or has lapsed; the earliest first.',
  })
  async lapsingCertifications(
    @Args('withinDays', { type: () => Int, nullable: true }) days?: number | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    const size = pageSize(first);
    const page = await this.certifications.lapsing(days ?? DEFAULT_DAYS, size, after);
    return toConnection(
      { ...page, rows: page.rows.map(({ node, cursor }) => ({ node: shownStaff(node), cursor })) },
      after,
    );
  }
}

@Resolver(() => TrainingAttendance)
export class AttendanceResolver {
  constructor(private readonly service: StaffService) {}

  @ResolveField(() => Staff)
  async staff(@Parent() { staffId }: AttendanceRow) {
    const staff = await this.service.byId({ id: staffId });
    return shownStaff(staff!);
  }
}
