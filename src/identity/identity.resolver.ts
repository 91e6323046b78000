import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { pageSize, toConnection } from '../platform/connection.js';
import { AllowedTo, CurrentStaff, type Viewer } from './access.js';
import {
  AcceptInviteInput,
  Invite,
  InviteStaffInput,
  Role,
  Session,
  Staff,
  StaffConnection,
  UpdateStaffInput,
} from './identity.graphql.js';
import { IdentityService } from './identity.service.js';
import { ANY_STAFF, type RoleName } from './roles.js';
import type { StaffRow } from './staff.entity.js';
import { StaffService } from './staff.service.js';

@Resolver(() => Staff)
export class IdentityResolver {
  constructor(
    private readonly identity: IdentityService,
    private readonly staffService: StaffService,
  ) {}

  @AllowedTo(...ANY_STAFF)
  @Query(() => Staff, { nullable: true, description: 'Whoever sends this token.' })
  async viewer(@CurrentStaff() viewer: Viewer): Promise<object | null> {
    const row = await this.staffService.byId(viewer);
    return row && shownStaff(row);
  }

  @AllowedTo('ADMIN')
  @Query(() => StaffConnection, { description: 'Members of staff, oldest first.' })
  async staff(
    @Args('role', { type: () => Role, nullable: true }) role?: RoleName | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    const page = await this.staffService.list(role, pageSize(first), after);
    return toConnection(
      { ...page, rows: page.rows.map(({ node, cursor }) => ({ node: shownStaff(node), cursor })) },
      after,
    );
  }

  @AllowedTo('ADMIN', 'DISPATCHER')
  @Mutation(() => Invite, { description: 'A link for one new member of staff, good for 72 hours.' })
  async inviteStaff(@CurrentStaff() viewer: Viewer, @Args('input') input: InviteStaffInput) {
    return this.identity.invite(viewer, input);
  }

  @AllowedTo('PUBLIC')
  @Mutation(() => Session, { description: 'Uses an invite: once.' })
  async acceptInvite(@Args('input') input: AcceptInviteInput) {
    const { staff, ...session } = await this.identity.accept(input.token, input.displayName);
    return { ...session, staff: shownStaff(staff) };
  }

  @AllowedTo('ADMIN')
  @Mutation(() => Staff, { description: 'Changes role, certification or suspension.' })
  async updateStaff(@Args('input') input: UpdateStaffInput) {
    return shownStaff(await this.staffService.update(input));
  }

  @AllowedTo(...ANY_STAFF)
  @Mutation(() => Boolean, { description: 'Ends this session.' })
  async signOut(@CurrentStaff() viewer: Viewer): Promise<boolean> {
    await this.identity.signOut(viewer);
    return true;
  }

  @ResolveField(() => String)
  async organization(@Parent() staff: { organizationId: string }): Promise<string> {
    const names = await this.staffService.organizationNames([staff]);
    return names.get(staff.organizationId) ?? '';
  }
}

/** A member of staff as GraphQL shows them. */
export const shownStaff = (row: StaffRow) => ({
  id: row.id,
  displayName: row.displayName,
  role: row.role,
  organizationId: row.organizationId,
  certifiedUntil: row.certifiedUntil,
  suspended: row.suspendedAt !== null,
});
