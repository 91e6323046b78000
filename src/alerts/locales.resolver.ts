import { Query, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../identity/access.js';
import { AlertLocale } from './locales.graphql.js';
import { localeMeta, supportedLocales } from './messages.js';

@Resolver(() => AlertLocale)
export class LocalesResolver {
  @AllowedTo('PUBLIC')
  @Query(() => [AlertLocale], { description: 'The languages in which families are told.' })
  locales(): AlertLocale[] {
    return supportedLocales().map(localeMeta);
  }
}
