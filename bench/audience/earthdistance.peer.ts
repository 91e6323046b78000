import pg from 'pg';
import { serveRounds } from '../support/peer.js';
import type { MatchSetup } from './peer-setup.js';

/** As the manual of `earthdistance` has it: the box by the index, then the distance. */
const WITHIN = `
  SELECT id FROM home
  WHERE earth_box(ll_to_earth($1, $2), $3) @> place
    AND earth_distance(ll_to_earth($1, $2), place) <= $3`;

serveRounds(async ({ url, alarms }: MatchSetup) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return async () => {
    let items = 0;
    for (const { latitude, longitude, meters } of alarms) {
      const { rows } = await client.query<{ id: string }>({
        name: 'within',
        text: WITHIN,
        values: [latitude, longitude, meters],
      });
      items += rows.length;
    }
    return { items };
  };
});
