import { Scalar, type CustomScalar } from '@nestjs/graphql';
import { Kind, type ValueNode } from 'graphql';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Days that people are certified until: of this and the neighbouring centuries. */
const OUR_TIMES = /^(19|2\d)/;

function dayExists(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A calendar day that exists, as `2026-09-30`, or undefined. */
export function calendarDay(value: unknown): string | undefined {
  const fits = typeof value === 'string' && DAY.test(value) && OUR_TIMES.test(value);
  return fits && dayExists(value) ? value : undefined;
}

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

const literal = (node: ValueNode) => (node.kind === Kind.STRING ? node.value : undefined);

@Scalar('DateTime', () => Date)
export class DateTimeScalar implements CustomScalar<string, Date> {
  description = 'A moment, RFC 3339 with offset: 2026-09-30T08:10:00-04:00.';
  parseValue = instant;
  parseLiteral = (node: ValueNode) => instant(literal(node));
  serialize = (value: unknown) => new Date(value as string | Date).toISOString();
}

/** Marks a field as a calendar day in `@Field(() => Day)`. */
export class Day {}

@Scalar('Date', () => Day)
export class DayScalar implements CustomScalar<string, string> {
  description = 'A calendar day: 2026-09-30.';
  parseValue = day;
  parseLiteral = (node: ValueNode) => day(literal(node));
  serialize = (value: unknown) => String(value);
}
