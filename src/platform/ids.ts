import { Injectable, type PipeTransform } from '@nestjs/common';
import { BadInput } from './errors.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && UUID.test(value);

/** For an `id` argument: a UUID, in lower case. */
@Injectable()
export class UuidArgument implements PipeTransform<unknown, string> {
  constructor(private readonly field = 'id') {}

  transform(value: unknown): string {
    if (isUuid(value)) return value.toLowerCase();
    throw new BadInput({ field: this.field, message: 'must be a UUID' });
  }
}
