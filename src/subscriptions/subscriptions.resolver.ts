import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo, BearerToken } from '../identity/access.js';
import { Config } from '../platform/config.js';
import {
  SubscribeInput,
  SubscribePayload,
  Subscription,
  UpdateSubscriptionInput,
} from './subscriptions.graphql.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Resolver(() => Subscription)
export class SubscriptionsResolver {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly config: Config,
  ) {}

  @AllowedTo('PUBLIC')
  @Query(() => String, {
    description: 'The applicationServerKey a browser subscribes with (RFC 8292, base64url).',
  })
  pushPublicKey(): string {
    return this.config.vapid.publicKey;
  }

  @AllowedTo('SUBSCRIBER')
  @Query(() => Subscription, { nullable: true })
  async mySubscription(@BearerToken() token: string) {
    return this.subscriptions.mine(token);
  }

  @AllowedTo('PUBLIC')
  @Mutation(() => SubscribePayload)
  async subscribe(@Args('input') input: SubscribeInput) {
    return this.subscriptions.subscribe(input);
  }

  @AllowedTo('SUBSCRIBER')
  @Mutation(() => Subscription)
  async updateSubscription(
    @BearerToken() token: string,
    @Args('input') input: UpdateSubscriptionInput,
  ) {
    return this.subscriptions.update(token, {
      push: input.push,
      locale: input.locale ?? undefined,
      areas: input.areas ?? undefined,
      drills: input.drills,
    });
  }

  @AllowedTo('SUBSCRIBER')
  @Mutation(() => Boolean, { description: 'Deletes everything that is kept of this device.' })
  async unsubscribe(@BearerToken() token: string): Promise<boolean> {
    await this.subscriptions.unsubscribe(token);
    return true;
  }
}
