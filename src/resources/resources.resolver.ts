import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { CHRONICLE, KEEP_RESOURCES } from '../identity/roles.js';
import { BadInput } from '../platform/errors.js';
import { UuidArgument } from '../platform/ids.js';
import { localeOf } from '../platform/locale.js';
import { Day } from '../platform/scalars.js';
import { DISTRICT_ID, DISTRICT_ID_RULE } from '../schools/nces-id.js';
import { KitDay, type KitPlace } from './kit-day.service.js';
import {
  AddResourceInput,
  Audience,
  Resource,
  ResourceVersion,
  ReviseResourceInput,
  WithdrawResourceInput,
} from './resource.graphql.js';
import type { AudienceName } from './resource.js';
import { ResourcesService, type ResourceChange } from './resources.service.js';
import { STATES } from './states.js';

/** What to do and what one’s rights are: anybody reads it, analysts and admins keep it. */
@Resolver(() => Resource)
export class ResourcesResolver {
  constructor(
    private readonly service: ResourcesService,
    private readonly days: KitDay,
  ) {}

  @AllowedTo('PUBLIC')
  @Query(() => [Resource], {
    description:
      'What holds at a place on a day: of each topic one, in the reader’s language or in English, the nearest place’s. Without a place: what is national.',
  })
  async resources(
    @Args('audience', { type: () => Audience }) audience: AudienceName,
    @Args('locale', { type: () => String, nullable: true }) locale?: string | null,
    @Args('districtId', { type: () => ID, nullable: true }) districtId?: string | null,
    @Args('state', { type: () => String, nullable: true }) state?: string | null,
    @Args('on', { type: () => Day, nullable: true }) on?: string | null,
  ) {
    if (districtId && !DISTRICT_ID.test(districtId))
      throw new BadInput({ field: 'districtId', message: DISTRICT_ID_RULE });
    const place = await this.days.placeOf(districtId ?? null);
    const asked = checkedState(state, place, districtId);
    return this.service.shownTo({
      ...{ audience, locales: [checkedLocale(locale)], districtId: districtId ?? null },
      ...{ state: place.state ?? asked, day: on ?? place.today },
    });
  }

  @AllowedTo(...CHRONICLE)
  @Query(() => [ResourceVersion], { description: 'Every version, the first first.' })
  async resourceHistory(
    @Args('resourceId', { type: () => ID }, new UuidArgument('resourceId')) id: string,
  ) {
    return this.service.history(id);
  }

  @AllowedTo(...KEEP_RESOURCES)
  @Mutation(() => Resource, {
    description: 'One of a topic, audience, language and place holds on a day.',
  })
  async addResource(@CurrentStaff() viewer: Viewer, @Args('input') input: AddResourceInput) {
    const { state, districtId, body, url, sourceUrl, sourceSha256, effectiveUntil } = input;
    return this.service.add(viewer, {
      ...{ ...input, rank: input.rank ?? 50, counselReviewed: input.counselReviewed ?? false },
      ...{ state: state ?? null, districtId: districtId ?? null, body: body ?? null },
      ...{ url: url ?? null, sourceUrl: sourceUrl ?? null, sourceSha256: sourceSha256 ?? null },
      effectiveUntil: effectiveUntil ?? null,
    });
  }

  @AllowedTo(...KEEP_RESOURCES)
  @Mutation(() => Resource, { description: 'Corrects or ends it. The earlier version is kept.' })
  async reviseResource(@CurrentStaff() viewer: Viewer, @Args('input') input: ReviseResourceInput) {
    return this.service.revise(viewer, input.resourceId.toLowerCase(), changeOf(input));
  }

  @AllowedTo(...KEEP_RESOURCES)
  @Mutation(() => Resource, { description: 'It is wrong: nobody is shown it from now on.' })
  async withdrawResource(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { resourceId }: WithdrawResourceInput,
  ) {
    return this.service.withdraw(viewer, resourceId.toLowerCase());
  }
}

/** @throws BadInput where it is none, or not that of the district. */
function checkedState(
  state: string | null | undefined,
  place: KitPlace,
  districtId: string | null | undefined,
): string | null {
  if (districtId && !place.district)
    throw new BadInput({ field: 'districtId', message: 'no such district is known' });
  const asked = state?.toUpperCase() ?? null;
  if (asked !== null && !STATES.has(asked))
    throw new BadInput({ field: 'state', message: 'must be a postal code, such as FL' });
  if (asked !== null && place.state !== null && asked !== place.state)
    throw new BadInput({ field: 'state', message: 'is not the state of the district' });
  return asked;
}

/** @throws BadInput where it is no language tag. */
function checkedLocale(locale: string | null | undefined): string {
  const found = localeOf(locale ?? 'en');
  if (found === undefined)
    throw new BadInput({ field: 'locale', message: 'must be a language tag, such as es' });
  return found;
}

/** What may be nothing; of the rest null says nothing. */
const MAY_BE_NOTHING = new Set(['body', 'url', 'sourceUrl', 'sourceSha256', 'effectiveUntil']);

function changeOf(input: ReviseResourceInput): ResourceChange {
  return Object.fromEntries(
    Object.entries(input).filter(
      ([name, value]) =>
        name !== 'resourceId' &&
        value !== undefined &&
        (value !== null || MAY_BE_NOTHING.has(name)),
    ),
  );
}
