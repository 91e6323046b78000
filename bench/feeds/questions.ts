import type { Load } from '../support/load.js';

export const CONNECTIONS = 32;

const FACTS = 'id msgType sent expires distance url school { id name }';
const query = (fields: string) => `{ activeAlerts(first: 50) { edges { node { ${fields} } } } }`;

const graphql = (document: string) => (url: string, requests: number) =>
  ({
    url: `${url}/graphql`,
    requests,
    connections: CONNECTIONS,
    headers: { 'content-type': 'application/json' },
    bodies: [{ body: JSON.stringify({ query: document }) }],
  }) satisfies Load;

/** What is asked, of a server at `url`. */
export const QUESTIONS = {
  activeAlerts: graphql(query(FACTS)),
  'activeAlerts with texts': graphql(
    query(`${FACTS} texts(locale: "en") { headline body instruction }`),
  ),
  '/alerts.geojson': (url: string, requests: number): Load => ({
    url: `${url}/alerts.geojson`,
    requests,
    connections: CONNECTIONS,
  }),
} as const;
