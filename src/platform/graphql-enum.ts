/** An enum object made from a list of names, as GraphQL's code-first builder wants it. */
export const enumOf = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { [K in T]: K };
