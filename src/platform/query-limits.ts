import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { BadInput } from './errors.js';

/** Tokens of one document: a generous page of query, not a book. */
export const MAX_TOKENS = 2_000;
export const MAX_CHARACTERS = 20_000;
export const MAX_DEPTH = 12;
export const MAX_SPREADS = 20;
export const MAX_ALIASES = 30;
/** Fields of the root, repeats and aliases included: each is work of its own. */
export const MAX_ROOT_FIELDS = 10;

/**
 * Looks at a document before anything keeps it: Mercurius remembers what it parsed, refused or not,
 * by its text, and takes a syntax tree in JSON for a document.
 * @throws BadInput
 */
export function refuseUnreadable(query: unknown): void {
  if (query === undefined || query === null) return;
  if (typeof query !== 'string' || /^\s*(\{\s*"|\[)/.test(query.slice(0, 200)))
    throw new BadInput({ field: 'query', message: 'must be GraphQL text' });
  if (query.length > MAX_CHARACTERS)
    throw new BadInput({
      field: 'query',
      message: `must have at most ${MAX_CHARACTERS} characters`,
    });
}

/** Refuses documents with too many aliases, `__typename` included. */
export function aliasLimit(context: ValidationContext): ASTVisitor {
  let aliases = 0;
  return {
    Field(node) {
      if (node.alias && ++aliases === MAX_ALIASES + 1)
        context.reportError(
          new GraphQLError(`A request may have at most ${MAX_ALIASES} aliases.`, { nodes: node }),
        );
    },
  };
}

/** Refuses documents that ask for too many things at the root, through fragments too. */
export function rootFieldLimit(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (countFields(context, node.selectionSet, new Map()) > MAX_ROOT_FIELDS)
        context.reportError(
          new GraphQLError(`A request may ask for at most ${MAX_ROOT_FIELDS} things.`, {
            nodes: node,
          }),
        );
    },
  };
}

/** Fields of a selection set. Each fragment is counted once and remembered; a circle counts 0. */
function countFields(
  context: ValidationContext,
  { selections }: SelectionSetNode,
  known: Map<string, number>,
): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count++;
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      count += countFields(context, selection.selectionSet, known);
    else count += countFragment(context, selection.name.value, known);
  }
  return count;
}

function countFragment(context: ValidationContext, name: string, known: Map<string, number>) {
  const counted = known.get(name);
  if (counted !== undefined) return counted;
  known.set(name, 0);
  const fragment = context.getFragment(name);
  const count = fragment ? countFields(context, fragment.selectionSet, known) : 0;
  known.set(name, count);
  return count;
}

/** A request is one operation: compiled documents are kept by their text, not by which one runs. */
export function oneOperation(context: ValidationContext): ASTVisitor {
  return {
    Document({ definitions }) {
      const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      if (operations.length > 1)
        context.reportError(
          new GraphQLError('A request may hold one operation: send the others by themselves.', {
            nodes: operations,
          }),
        );
    },
  };
}

/** Refuses documents that spread many fragments: compiling takes twice as long for each. */
export function spreadLimit(context: ValidationContext): ASTVisitor {
  let spreads = 0;
  return {
    FragmentSpread(node) {
      if (++spreads === MAX_SPREADS + 1)
        context.reportError(
          new GraphQLError(`A request may spread at most ${MAX_SPREADS} fragments.`, {
            nodes: node,
          }),
        );
    },
  };
}

const ILL_FORMED =
  'must be well-formed text: no NUL character and no half of a surrogate pair (U+0000, U+D800–U+DFFF)';

const isWellFormed = (text: string) => text.isWellFormed() && !text.includes('\0');

/** Refuses string literals that no database can hold. */
export function wellFormedLiterals(context: ValidationContext): ASTVisitor {
  return {
    StringValue(node) {
      if (!isWellFormed(node.value))
        context.reportError(new GraphQLError(`Text ${ILL_FORMED}.`, { nodes: node }));
    },
  };
}

export const LIMIT_RULES: ValidationRule[] = [
  spreadLimit,
  oneOperation,
  aliasLimit,
  rootFieldLimit,
  wellFormedLiterals,
];

/**
 * The same for variables.
 * @throws BadInput naming each ill-formed one by its path.
 */
export function refuseIllFormed(variables: unknown): void {
  const fields: string[] = [];
  collect(variables, '', fields);
  if (fields.length > 0)
    throw new BadInput(fields.slice(0, 10).map((field) => ({ field, message: ILL_FORMED })));
}

const MAX_NESTING = 20;

function collect(value: unknown, path: string, found: string[], depth = 0): void {
  if (depth > MAX_NESTING)
    throw new BadInput({ field: path.slice(0, 100), message: 'is nested too deeply' });
  if (typeof value === 'string') {
    if (!isWellFormed(value)) found.push(path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      collect(inner, path === '' ? name : `${path}.${name}`, found, depth + 1);
  }
}
