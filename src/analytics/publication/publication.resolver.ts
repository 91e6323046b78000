import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { KEEP_POLICIES } from '../../identity/roles.js';
import { pageSize } from '../../platform/connection.js';
import { BadInput } from '../../platform/errors.js';
import { UuidArgument } from '../../platform/ids.js';
import {
  PublishFiguresInput,
  PublishedFigures,
  SafeFigures,
  publishedView,
  safeView,
} from './publication.graphql.js';
import { Publication, type TableRequest } from './publication.service.js';

/** Figures for everybody: analysts and admins publish them, and anybody reads what was published. */
@Resolver()
export class PublicationResolver {
  constructor(private readonly publication: Publication) {}

  @AllowedTo('PUBLIC')
  @Query(() => [PublishedFigures], {
    description: 'Every version of every published table, the latest first.',
  })
  async publishedFigures(
    @Args('usState', { type: () => String, nullable: true }) usState?: string | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('before', { type: () => Date, nullable: true, description: 'Published before then.' })
    before?: Date | null,
  ) {
    if (typeof usState === 'string' && !/^[A-Z]{2}$/.test(usState))
      throw new BadInput({ field: 'usState', message: 'must be a USPS code, such as FL' });
    const rows = await this.publication.list(
      usState ?? undefined,
      pageSize(first),
      before ?? undefined,
    );
    return rows.map(publishedView);
  }

  @AllowedTo(...KEEP_POLICIES)
  @Query(() => SafeFigures, { description: 'What publishFigures would publish, and nothing is.' })
  async figuresPreview(@Args('input') input: PublishFiguresInput) {
    return safeView(await this.publication.preview(requestOf(input)));
  }

  @AllowedTo(...KEEP_POLICIES)
  @Mutation(() => PublishedFigures, {
    description:
      'For everybody and for good. No two tables count the same incidents; not before seven days are over.',
  })
  async publishFigures(@CurrentStaff() viewer: Viewer, @Args('input') input: PublishFiguresInput) {
    return publishedView(await this.publication.publish(viewer, requestOf(input)));
  }

  @AllowedTo(...KEEP_POLICIES)
  @Mutation(() => PublishedFigures, {
    description: 'The next version, where a figure has moved by 5 or more. The earlier is kept.',
  })
  async correctFigures(
    @CurrentStaff() viewer: Viewer,
    @Args('id', { type: () => ID }, new UuidArgument()) id: string,
  ) {
    return publishedView(await this.publication.correct(viewer, id));
  }
}

const requestOf = ({ usState, ...rest }: PublishFiguresInput): TableRequest => ({
  ...rest,
  usState: usState ?? null,
});
