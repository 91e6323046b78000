import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../identity/access.js';
import { Config } from '../platform/config.js';
import { pageSize, toConnection } from '../platform/connection.js';
import { UuidArgument } from '../platform/ids.js';
import { AreaInput } from '../subscriptions/subscriptions.graphql.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import type { AlertRow } from './alert.entity.js';
import { AlertReader } from './alert-reader.service.js';
import { Alert, AlertConnection, AlertText } from './alerts.graphql.js';
import { AlertsStore } from './alerts.store.js';
import { localeMeta, supportedLocales } from './messages.js';

@Resolver(() => Alert)
export class AlertsResolver {
  constructor(
    private readonly reader: AlertReader,
    private readonly store: AlertsStore,
    private readonly subscriptions: SubscriptionsService,
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
    const tags = areas ? await this.subscriptions.tagsFor(areas) : undefined;
    return toConnection(this.store.page(await this.reader.active(tags), size, after), after);
  }

  @AllowedTo('PUBLIC')
  @Query(() => Alert, { nullable: true })
  async alert(@Args('id', { type: () => ID }, new UuidArgument()) id: string) {
    return this.reader.byId(id);
  }

  @ResolveField(() => [AlertText], { description: 'In every language there is, or in one.' })
  async texts(
    @Parent() alert: AlertRow,
    @Args('locale', { type: () => String, nullable: true }) locale?: string | null,
  ): Promise<AlertText[]> {
    const texts: AlertText[] = [];
    for (const wanted of locale ? [locale.slice(0, 35)] : supportedLocales()) {
      const [payload] = await this.reader.payloads([alert], wanted);
      texts.push({ ...payload!, reviewed: localeMeta(payload!.locale).reviewed });
    }
    return texts;
  }

  @ResolveField()
  activity(@Parent() { facts }: AlertRow) {
    return facts.activity;
  }

  @ResolveField()
  agency(@Parent() { facts }: AlertRow) {
    return facts.agency;
  }

  @ResolveField()
  distance(@Parent() { band }: AlertRow) {
    return band;
  }

  @ResolveField()
  school(@Parent() alert: AlertRow) {
    return this.reader.schoolOf(alert);
  }

  @ResolveField()
  url(@Parent() { id }: AlertRow): string {
    return `${this.config.http.publicUrl}/alerts/${id}`;
  }
}
