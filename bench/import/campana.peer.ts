import { DataSource } from 'typeorm';
import { Database, serviceDataSource } from '../../src/platform/database.js';
import { SCHOOL_ENTITIES } from '../../src/schools/district.entity.js';
import { ImportStore } from '../../src/schools/import.store.js';
import { importSchools, openImport } from '../../src/schools/school-import.js';
import { serveRounds } from '../support/peer.js';
import type { ImportSetup } from './peer-setup.js';

/** What `npm run schools:import -- FILE` does once it is connected. */
serveRounds(async ({ url, file }: ImportSetup) => {
  const source = new DataSource({ ...serviceDataSource(url), entities: SCHOOL_ENTITIES });
  const database = new Database(await source.initialize());
  return async () => {
    const summary = await importSchools(database, new ImportStore(), await openImport({ file }));
    return { items: summary.new };
  };
});
