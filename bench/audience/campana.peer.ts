import { serveRounds } from '../support/peer.js';
import { matching } from './matching.js';
import type { MatchSetup } from './peer-setup.js';

serveRounds(async ({ url, secrets, alarms }: MatchSetup) => {
  const { match } = await matching(url, secrets);
  return async () => {
    let items = 0;
    for (const alarm of alarms) items += await match(alarm);
    return { items };
  };
});
