import type { MercuriusContext } from 'mercurius';
import {
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
  validate,
} from 'graphql';
import { errorFormatter } from './graphql-errors.js';
import { DateTimeScalar, DayScalar } from './scalars.js';

const { parseValue, parseLiteral } = new DateTimeScalar();
const day = new DayScalar();
const args = {
  since: { type: new GraphQLScalarType({ name: 'DateTime', parseValue, parseLiteral }) },
  on: { type: new GraphQLScalarType({ ...day, name: 'Date' }) },
};
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { at: { type: GraphQLString, args } } }),
});

function shown(document: string) {
  const errors = validate(schema, parse(document));
  const format = errorFormatter(() => undefined);
  return format({ errors, data: null }, {} as MercuriusContext).response.errors[0];
}

it.each([
  ['since', '"yesterday"', 'a time with its offset, such as 2026-09-30T08:10:00-04:00 (RFC 3339)'],
  ['since', '"2026-09-31T08:10:00Z"', 'a time with its offset'],
  ['on', '20260930', 'a calendar day, such as 2026-09-30'],
])('says of a literal of %s, %s, that it must be %s', (field, value, what) => {
  const error = shown(`{ at(${field}: ${value}) }`);
  expect(error?.message).toContain(`${field}: must be ${what}`);
  expect(error?.message).not.toContain(value.replaceAll('"', ''));
  expect(error?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
});
