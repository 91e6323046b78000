import { Scalar, type CustomScalar } from '@nestjs/graphql';
import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { calendarDay, dayExists } from './calendar-day.js';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
function instant(value: unknown): Date {
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  const exists = date && dayExists((value as string).slice(0, 10));
  if (!date || Number.isNaN(date.getTime()) || !exists)
    throw new TypeError(
      'must be a time with its offset, such as 2026-09-30T08:10:00-04:00 (RFC 3339)',
    );
  return date;
}

function day(value: unknown): string {
  const found = calendarDay(value);
  if (!found) throw new TypeError('must be a calendar day, such as 2026-09-30');
  return found;
}

/** graphql-js passes on what a scalar says of a literal only if it is an error of its own. */
function literal<T>(node: ValueNode, read: (value: unknown) => T): T {
  try {
    return read(node.kind === Kind.STRING ? node.value : undefined);
  } catch (error) {
    throw new GraphQLError((error as TypeError).message, { nodes: node });
  }
}

@Scalar('DateTime', () => Date)
export class DateTimeScalar implements CustomScalar<string, Date> {
  description = 'A moment, RFC 3339 with offset: 2026-09-30T08:10:00-04:00.';
  parseValue = instant;
  parseLiteral = (node: ValueNode) => literal(node, instant);
  serialize = (value: unknown) => new Date(value as string | Date).toISOString();
}

/** Marks a field as a calendar day in `@Field(() => Day)`. */
export class Day {}

@Scalar('Date', () => Day)
export class DayScalar implements CustomScalar<string, string> {
  description = 'A calendar day: 2026-09-30.';
  parseValue = day;
  parseLiteral = (node: ValueNode) => literal(node, day);
  serialize = (value: unknown) => String(value);
}
