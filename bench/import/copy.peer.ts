import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { serveRounds } from '../support/peer.js';
import type { ImportSetup } from './peer-setup.js';

/** The same bytes as they are, into a table of texts without an index. */
serveRounds(async ({ url, file }: ImportSetup) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return async () => {
    const copy = client.query(from(`COPY bare FROM STDIN DELIMITER '|'`));
    await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), copy);
    return { items: copy.rowCount };
  };
});
