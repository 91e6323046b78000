import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, BearerToken } from '../identity/access.js';
import { Config } from '../platform/config.js';
import { pageSize, toConnection } from '../platform/connection.js';
import { UuidArgument } from '../platform/ids.js';
import { Audience } from '../resources/resource.graphql.js';
import type { AudienceName } from '../resources/resource.js';
import { AreaInput } from '../subscriptions/subscriptions.graphql.js';
import { FollowedAreas } from '../subscriptions/followed-areas.service.js';
import type { AlertRow } from './alert.entity.js';
import { AlertReader } from './alert-reader.service.js';
import { AlertResources } from './alert-resources.service.js';
import { Alert, AlertConnection, AlertKey, AlertText } from './alerts.graphql.js';
import { AlertsStore } from './alerts.store.js';
import { localeMeta } from './messages.js';

@Resolver(() => Alert)
export class AlertsResolver {
  constructor(
    private readonly reader: AlertReader,
    private readonly store: AlertsStore,
    private readonly areas: FollowedAreas,
    private readonly told: AlertResources,
    private readonly config: Config,
  ) {}

  @AllowedTo('PUBLIC')
  @Query(() => AlertConnection, { description: 'What is on now, newest first; drills never.' })
  async activeAlerts(
    @Args('areas', { type: () => [AreaInput], nullable: true }) areas?: AreaInput[] | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    const size = pageSize(first);
    const tags = areas ? await this.areas.tagsFor(areas) : undefined;
    return toConnection(this.store.page(await this.reader.active(tags), size, after), after);
  }

  @AllowedTo('PUBLIC')
  @Query(() => Alert, { nullable: true })
  async alert(@Args('id', { type: () => ID }, new UuidArgument()) id: string) {
    return this.reader.byId(id);
  }

  @AllowedTo('PUBLIC')
  @Query(() => [AlertKey], {
    description: 'The keys that sign alerts: first the one in use, then earlier ones.',
  })
  alertKeys(): AlertKey[] {
    return this.config.signing.publicKeys.map(({ kid, crv, x }) => ({
      id: kid,
      algorithm: crv,
      publicKey: x,
    }));
  }

  @ResolveField(() => [AlertText], { description: 'In every language there is, or in one.' })
  async texts(
    @Parent() alert: AlertRow,
    @Args('locale', { type: () => String, nullable: true }) locale?: string | null,
  ): Promise<AlertText[]> {
    const payloads = locale
      ? await this.reader.payloads([alert], locale.slice(0, 35))
      : await this.reader.everyPayload(alert);
    return payloads.map((payload) => ({
      ...payload,
      reviewed: localeMeta(payload.locale).reviewed,
    }));
  }

  @ResolveField()
  async resources(
    @Parent() alert: AlertRow,
    @BearerToken() token: string | undefined,
    @Args('locale', { type: () => String, nullable: true }) locale?: string | null,
    @Args('audience', {
      type: () => Audience,
      nullable: true,
      description: 'Absent: RESPONDERS for members of staff, FAMILIES for everybody else.',
    })
    audience?: AudienceName | null,
  ) {
    const readers = audience ?? (await this.told.audienceOf(token));
    return this.told.of(alert, locale ? [locale.slice(0, 35)] : [], readers);
  }

  // Nest hands over the parent first also without its decorator, and then at half the cost: these are
  // resolved for each of many alerts, by whoever looks what is on.

  @ResolveField()
  activity({ facts }: AlertRow) {
    return facts.activity;
  }

  @ResolveField()
  agency({ facts }: AlertRow) {
    return facts.agency;
  }

  @ResolveField()
  distance({ band }: AlertRow) {
    return band;
  }

  @ResolveField()
  school(alert: AlertRow) {
    return this.reader.schoolOf(alert);
  }

  @ResolveField()
  url({ id }: AlertRow): string {
    return `${this.config.http.publicUrl}/alerts/${id}`;
  }
}
