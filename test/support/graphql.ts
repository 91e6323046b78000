export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; fields?: { field: string; message: string }[] };
}

export interface GraphqlAnswer<T = Record<string, any>> {
  status: number;
  data: T | null;
  errors?: GraphqlError[];
}

/** Sends one GraphQL request; answers whatever comes back. */
export async function send(
  url: string,
  query: string,
  variables: object = {},
  token?: string,
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer, 'status'>) };
}

/** Sends one request that must succeed. */
export async function ask(
  url: string,
  query: string,
  variables: object = {},
  token?: string,
): Promise<Record<string, any>> {
  const answer = await send(url, query, variables, token);
  if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** The code a request is refused with, or undefined when it succeeds. */
export async function codeOf(
  url: string,
  query: string,
  variables: object = {},
  token?: string,
): Promise<string | undefined> {
  return (await send(url, query, variables, token)).errors?.[0]?.extensions.code;
}
