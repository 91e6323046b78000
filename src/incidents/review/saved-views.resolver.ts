import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { DEFAULT_ORDER } from './incident-order.js';
import {
  ChangeIncidentViewInput,
  DeleteIncidentViewInput,
  SaveIncidentViewInput,
  SavedIncidentView,
} from './saved-views.graphql.js';
import { SavedViews, type SavedView, type ViewChange } from './saved-views.service.js';

@Resolver(() => SavedIncidentView)
export class SavedViewsResolver {
  constructor(private readonly views: SavedViews) {}

  @AllowedTo(...CHRONICLE)
  @Query(() => [SavedIncidentView], {
    description: 'Your own and those that your organization shares, oldest first.',
  })
  async savedIncidentViews(@CurrentStaff() viewer: Viewer) {
    return this.views.of(viewer);
  }

  @AllowedTo(...CHRONICLE)
  @Mutation(() => SavedIncidentView)
  async saveIncidentView(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { shared, orderBy, name, filter }: SaveIncidentViewInput,
  ) {
    const content = { name, filter, orderBy: orderBy ?? DEFAULT_ORDER };
    return this.views.create(viewer, content, shared ?? false);
  }

  @AllowedTo(...CHRONICLE)
  @Mutation(() => SavedIncidentView, {
    description: 'Renames it, or changes what it asks. Your own.',
  })
  async changeIncidentView(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { viewId, ...input }: ChangeIncidentViewInput,
  ) {
    const given = Object.entries(input).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    const change = Object.fromEntries(given) as ViewChange;
    return this.views.change(viewer, viewId.toLowerCase(), change);
  }

  @AllowedTo(...CHRONICLE)
  @Mutation(() => Boolean, {
    description: 'Your own; an admin also what is shared in their organization.',
  })
  async deleteIncidentView(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { viewId }: DeleteIncidentViewInput,
  ): Promise<boolean> {
    await this.views.remove(viewer, viewId.toLowerCase());
    return true;
  }

  @ResolveField(() => String, {
    description: 'JSON, to be given as the `filter` of `incidents`.',
  })
  filter(@Parent() { filter }: SavedView): string {
    return JSON.stringify(filter);
  }
}
