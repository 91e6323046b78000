import { DataSource } from 'typeorm';
import { LEDGER_ENTITIES } from '../../src/ledger/ledger-entry.entity.js';
import { VerificationStore } from '../../src/ledger/verification.store.js';
import { Database, serviceDataSource } from '../../src/platform/database.js';
import { Keyring } from '../../src/platform/keyring.js';
import { serveRounds } from '../support/peer.js';
import type { VerifySetup } from './peer-setup.js';

/** What `npm run ledger:verify` does once it is connected. */
serveRounds(async ({ url, secrets }: VerifySetup) => {
  const source = new DataSource({ ...serviceDataSource(url), entities: LEDGER_ENTITIES });
  const database = new Database(await source.initialize());
  const verification = new VerificationStore(database, Keyring.from(secrets));
  return async () => {
    const verdict = await verification.verify();
    if (verdict.kind !== 'ok') throw new Error(`the ledger is ${verdict.kind}`);
    return { items: verdict.size };
  };
});
