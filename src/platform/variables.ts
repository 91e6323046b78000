import {
  Kind,
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { fieldOf, withoutValues } from './client-mistakes.js';
import { BadInput } from './errors.js';
import { refuseIllFormed } from './query-limits.js';

const MAX_ERRORS = 10;

/**
 * Checks a request's variables against its operation, the same way whether the document is
 * interpreted or was compiled.
 * @throws BadInput naming each wrong one by its path.
 */
export function checkVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown> | null | undefined,
): void {
  refuseIllFormed(variables);
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  const declared = operation?.variableDefinitions ?? [];
  const { errors } = getVariableValues(schema, declared, variables ?? {}, {
    maxErrors: MAX_ERRORS,
  });
  if (!errors) return;
  throw new BadInput(
    errors.map(({ message }) => ({
      field: fieldOf(message) ?? 'variables',
      message: withoutValues(message),
    })),
  );
}
