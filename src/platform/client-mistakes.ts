import { Kind, parse, visit, type ASTNode, type GraphQLError } from 'graphql';

/** A message's two ends: what is between quotes, and may be a megabyte to walk through. */
const ends = (message: string) =>
  message.length > 1_200 ? `${message.slice(0, 600)}${message.slice(-600)}` : message;

/**
 * graphql-js quotes the value it refuses. It may be an endpoint, a token or a narrative that was
 * put in the wrong place: what is wrong is said without it.
 */
export function withoutValues(message: string): string {
  return ends(message)
    .replace(/ got invalid value .*?(?= at "[\w.[\]]+"; |; |$)/s, ' got an invalid value')
    .replace(/(has invalid value|, found|value:|represent) .*$/s, (whole, before: string) =>
      before === 'represent' ? whole.replace(/value: .*$/s, 'value') : before.replace(/[:,]$/, ''),
    )
    .replace(/Value .* does not exist in "(\w+)" enum.*$/s, 'Value does not exist in "$1" enum.')
    .slice(0, 300);
}

/** `… at "input.size.agents"; …`, `Variable "$input" …` or `Argument "areas" …`: that is the field. */
export function fieldOf(message: string): string | undefined {
  const start = ends(message);
  const path =
    / at "([\w.[\]]+)"/.exec(start)?.[1] ??
    /^Variable "\$(\w+)"/.exec(start)?.[1] ??
    /^Argument "(\w+)"/.exec(start)?.[1];
  return path?.replace(/\[(\d+)\]/g, '.$1');
}

/** Where in the document a refused literal stands: `near.latitude`, `areas.1.schoolId`. */
export function literalPath({ nodes, source }: GraphQLError): string | undefined {
  const at = nodes?.[0]?.loc?.start;
  if (at === undefined || !source) return undefined;
  let path: string | undefined;
  const steps: string[] = [];
  visit(parse(source.body), {
    enter(node, key, parent) {
      const step = stepOf(node, key, parent);
      if (step !== undefined) steps.push(step);
      const { loc } = node;
      if (loc && loc.start <= at && at < loc.end && steps.length > 0) path = steps.join('.');
    },
    leave(node, key, parent) {
      if (stepOf(node, key, parent) !== undefined) steps.pop();
    },
  });
  return path;
}

function stepOf(node: ASTNode, key: string | number | undefined, parent: unknown) {
  if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) return node.name.value;
  const inList = Array.isArray(parent) && typeof key === 'number' && node.kind in VALUES;
  return inList ? String(key) : undefined;
}

/** Kinds of nodes that may stand in a list literal. */
const VALUES: Record<string, true> = {
  [Kind.INT]: true,
  [Kind.FLOAT]: true,
  [Kind.STRING]: true,
  [Kind.BOOLEAN]: true,
  [Kind.NULL]: true,
  [Kind.ENUM]: true,
  [Kind.LIST]: true,
  [Kind.OBJECT]: true,
};
