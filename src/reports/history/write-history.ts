import type { LedgerStore } from '../../ledger/ledger.store.js';
import { UsageError } from '../../platform/command.js';
import type { Database } from '../../platform/database.js';
import { timeZoneAt } from '../../alerts/time-zone.js';
import { policyEntry } from '../../schools/policy-entry.js';
import { Dice } from './dice.js';
import { entriesOf } from './history-entries.js';
import { castRows, incidentRows, policyRows } from './history-rows.js';
import type { HistoryStore } from './history.store.js';
import { PlausibleHistory, type HistoryOptions, type Tract } from './plausible-history.js';
import type { MadeIncident } from './plausible-incident.js';

/** So many are written in one transaction: while it lasts, nobody else adds to the ledger. */
const AT_ONCE = 1_000;

export interface Stores {
  store: HistoryStore;
  ledger: LedgerStore;
}

export interface Written {
  incidents: number;
  reports: number;
  policies: number;
}

/**
 * Makes a history up and writes it, through the tables and the ledger that everything else is in.
 * Nothing is told to anybody: it has no alert, no job and no announcement.
 * @param besideReal whether it may stand beside incidents that happened.
 * @throws UsageError before anything is written.
 */
export async function writeHistory(
  database: Database,
  { store, ledger }: Stores,
  options: HistoryOptions & { now: Date; tracts: readonly Tract[]; besideReal: boolean },
  progress: (written: number) => void,
): Promise<Written> {
  const { reader } = database;
  const organizationId = new Dice(options.seed ^ 0x5eed).uuid();
  const places = await store.schools(reader);
  if (places.length === 0)
    throw new UsageError('No school is known: import them first (npm run schools:import).');
  const hasReal = await store.hasReal(reader);
  if (!options.besideReal && hasReal)
    throw new UsageError(
      'This network has incidents that happened: what is made up does not belong beside them.',
    );
  if (await store.has(reader, organizationId))
    throw new UsageError(
      `A history of seed ${options.seed} is there already: take another --seed.`,
    );
  const schools = places.map((place) => ({
    ...place,
    zone: timeZoneAt(place.latitude, place.longitude),
  }));
  // What is made up must not stand as a promise beside what happened.
  const promising = hasReal
    ? new Set(places.map(({ districtId }) => districtId))
    : await store.promising(reader);
  const history = new PlausibleHistory(schools, options.tracts, options, promising);
  await setTheScene(database, { store, ledger }, history, { ...options, organizationId });
  const written = { incidents: 0, reports: 0, policies: history.policies.length };
  for (const chunk of chunks(history.incidents(options.now))) {
    await writeIncidents(database, { store, ledger }, chunk);
    written.incidents += chunk.length;
    written.reports += chunk.reduce((sum, { reports }) => sum + reports.length, 0);
    progress(written.incidents);
  }
  return written;
}

/** Who is in it, and what districts had promised. */
async function setTheScene(
  database: Database,
  { store, ledger }: Stores,
  { cast, policies }: PlausibleHistory,
  { organizationId, seed, now }: { organizationId: string; seed: number; now: Date },
): Promise<void> {
  const [by] = cast.analysts as [string];
  await database.transaction(async (tx) => {
    for (const [table, rows] of Object.entries(castRows(cast, organizationId, seed, now)))
      await store.insert(tx, table, rows);
    await store.insert(tx, 'district_policy', policyRows(policies, by));
    const entries = policies.map((policy) =>
      policyEntry('policy.recorded', { ...policy, version: 1 }, { at: now, actor: by }),
    );
    await ledger.appendAll(tx, entries);
  });
}

async function writeIncidents(
  database: Database,
  { store, ledger }: Stores,
  incidents: MadeIncident[],
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const [table, rows] of Object.entries(incidentRows(incidents)))
      await store.insert(tx, table, rows);
    await ledger.appendAll(tx, incidents.flatMap(entriesOf));
  });
  await database.transaction((tx) => store.review(tx));
}

function* chunks(incidents: Iterable<MadeIncident>): Generator<MadeIncident[]> {
  let chunk: MadeIncident[] = [];
  for (const incident of incidents) {
    chunk.push(incident);
    if (chunk.length < AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
