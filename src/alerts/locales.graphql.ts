import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import { enumOf } from '../platform/graphql-enum.js';

const TextDirection = enumOf(['ltr', 'rtl'] as const);
registerEnumType(TextDirection, { name: 'TextDirection', description: 'As in the dir of HTML.' });

@VisibleTo('PUBLIC')
@ObjectType({ description: 'A language in which families are told.' })
export class AlertLocale {
  @Field(() => String, { description: 'BCP 47. `subscribe` also takes what resolves to it.' })
  locale!: string;

  @Field(() => String, { description: 'In the language itself.' })
  name!: string;

  @Field(() => TextDirection)
  direction!: 'ltr' | 'rtl';

  @Field(() => Boolean, { description: 'Whether a native reader has signed this language off.' })
  reviewed!: boolean;
}
