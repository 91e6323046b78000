import { Database } from '../src/platform/database.js';
import { Config } from '../src/platform/config.js';
import { LedgerStore } from '../src/ledger/ledger.store.js';
import { ReviewFilters } from '../src/incidents/review/filters.service.js';
import { HistoryStore } from '../src/reports/history/history.store.js';
import { writeHistory } from '../src/reports/history/write-history.js';
import { VerificationStore } from '../src/ledger/verification.store.js';
import { Crew } from './support/crew.js';
import { ask, codeOf } from './support/graphql.js';
import { DISMISS, INCIDENT, RETRACT } from './support/operations.js';
import { page } from './support/review.js';
import { startService, type TestService } from './support/test-service.js';

const INCIDENTS = 1_500;
const NOW = new Date('2026-11-20T00:00:00Z');
const OPTIONS = {
  ...{ incidents: INCIDENTS, years: 3, seed: 5, until: '2026-11-18', now: NOW },
  ...{ tracts: [{ population: 900_000, latitude: 28.2919, longitude: -81.4076 }] },
};
const TABLES =
  'incident incident_sighting report incident_detail district_policy delivery staff'.split(' ');

/** A history that is made up: plausible, marked, the same each time, and told to nobody. */
describe('a history that is made up', () => {
  let service: TestService;
  let twin: TestService;

  beforeAll(async () => {
    [service, twin] = await Promise.all([startService(), startService()]);
    await write(service);
  }, 60_000);
  afterAll(() => Promise.all([service.close(), twin.close()]));

  const write = async (
    { service: { app } }: TestService,
    besideReal = false,
    seed = OPTIONS.seed,
  ) =>
    writeHistory(
      app.get(Database),
      { store: new HistoryStore(), ledger: new LedgerStore(app.get(Config)) },
      { ...OPTIONS, besideReal, seed },
      () => undefined,
    );
  const count = async (from: string, at = service): Promise<number> =>
    Number((await at.database.query(`SELECT count(*) FROM ${from}`))[0]!.count);
  const digest = async ({ database }: TestService, table: string) =>
    (
      await database.query(
        `SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) AS digest FROM ${table} row
         ${table === 'staff' ? `WHERE display_name LIKE 'Synthetic%'` : ''}`,
      )
    )[0]!.digest;

  it('has as many incidents as were asked for, all of them marked for good', async () => {
    expect(await count('incident WHERE synthetic')).toBe(INCIDENTS);
    expect(await count('incident_review WHERE synthetic')).toBe(INCIDENTS);
    await expect(service.database.query('UPDATE incident SET synthetic = false')).rejects.toThrow(
      'made up, or real',
    );
    const { edges } = (
      await ask(
        service.url,
        '{ incidents(first: 5) { edges { node { synthetic state departures { rule } reports { id } } } } }',
        {},
        service.admin.token,
      )
    ).incidents;
    for (const { node } of edges) {
      expect(node.synthetic).toBe(true);
      expect(node.reports.length).toBeGreaterThan(0);
    }
  });

  it('is plausible: school days, dismissals, departures, corrections, absences', async () => {
    const share = async (condition: string) =>
      (await count(`incident_review WHERE ${condition}`)) / INCIDENTS;
    expect(await share('local_weekday <= 5')).toBeGreaterThan(0.8);
    expect(await share('local_hour BETWEEN 6 AND 21')).toBe(1);
    expect(await share('extract(month FROM local_day) IN (6, 7)')).toBeLessThan(0.1);
    expect(await share(`outcome = 'UNFOUNDED'`)).toBeGreaterThan(0.1);
    expect(await share('minutes_to_correct IS NOT NULL')).toBeGreaterThan(0.4);
    expect(await share('absences IS NOT NULL')).toBeGreaterThan(0.02);
    expect(await share('cardinality(departures) > 0')).toBeGreaterThan(0.01);
    expect(await share('school_meters > 700')).toBe(0);
    const unplausible = `incident WHERE ended_at IS NULL OR verified_by IN (
      SELECT author_id FROM incident_sighting WHERE incident_id = incident.id)`;
    expect(await count(unplausible)).toBe(0);
  });

  it('stands in a ledger that verifies, where every entry of an incident says so', async () => {
    const { app } = service.service;
    const ledger = new VerificationStore(app.get(Database), app.get(Config).keyring);
    expect(await ledger.verify()).toMatchObject({ kind: 'ok' });
    const silent = `ledger_entry WHERE subject IN (SELECT id FROM incident)
      AND convert_from(body, 'utf8') NOT LIKE '%"synthetic":true%'`;
    expect(await count('ledger_entry')).toBeGreaterThan(2 * INCIDENTS);
    expect(await count(silent)).toBe(0);
  });

  it('was told to nobody, and waits for nothing', async () => {
    const sessions = `session WHERE staff_id <> '${service.admin.id}'`;
    for (const none of ['alert', 'delivery_batch', sessions]) expect(await count(none)).toBe(0);
    const jobs = `pgboss.job WHERE name ~ '^(fan-out|delivery|incident|drill)'`;
    expect(await count(jobs)).toBe(0);
    const told = 'delivery WHERE completed_at IS NULL OR accepted % 10 <> 0';
    expect(await count('delivery')).toBeGreaterThan(100);
    expect(await count(told)).toBe(0);
  });

  it('is the same for the same seed, and another for another', async () => {
    await write(twin);
    for (const table of TABLES)
      expect([table, await digest(twin, table)]).toEqual([table, await digest(service, table)]);
    await write(twin, false, 6);
    expect(await count('incident', twin)).toBe(2 * INCIDENTS);
  });

  it('is written once, and not beside what happened unless that is forced', async () => {
    await expect(write(service)).rejects.toThrow('seed 5 is there already');
    const crew = await Crew.of(service);
    const { edges } = (
      await ask(
        service.url,
        '{ incidents(first: 1) { edges { node { id } } } }',
        {},
        service.admin.token,
      )
    ).incidents;
    const made = edges[0].node.id;
    for (const [operation, more] of [
      [RETRACT, {}],
      [DISMISS, { outcome: 'UNFOUNDED' }],
    ] as const)
      expect(
        await codeOf(
          service.url,
          operation,
          { input: { incidentId: made, ...more } },
          crew.dispatcher.token,
        ),
      ).toBe('CONFLICT');
    const filters = service.service.app.get(ReviewFilters);
    expect(await filters.forFigures({})).toMatchObject({ noteTokens: null });
    expect((await filters.forFigures({})).synthetic).toBeUndefined();
    const { incidentId } = await crew.alert();
    const { incident } = await ask(service.url, INCIDENT, { id: incidentId }, service.admin.token);
    expect(incident.state).toBe('ACTIVE');
    expect((await filters.forFigures({})).synthetic).toBe(false);
    const real = { filter: { synthetic: false } };
    expect((await page(service.url, service.admin, real)).ids).toEqual([incidentId]);
    await expect(write(service, false, 7)).rejects.toThrow('does not belong beside them');
    expect((await write(service, true, 7)).incidents).toBe(INCIDENTS);
  });

  it('promises nothing in the name of districts where something happened', async () => {
    const real = await startService();
    try {
      await (await Crew.of(real)).alert();
      expect((await write(real, true)).policies).toBe(0);
      expect(await count('district_policy', real)).toBe(0);
      expect(await count('incident WHERE synthetic', real)).toBe(INCIDENTS);
    } finally {
      await real.close();
    }
  });

  it('tells no family of a promise that is made up', async () => {
    const promising = await service.database.query<{ id: string }>(
      `SELECT DISTINCT district_id AS id FROM district_policy
       WHERE effective_until IS NULL AND withdrawn_at IS NULL AND superseded_at IS NULL`,
    );
    expect(promising.length).toBeGreaterThan(0);
    for (const { id } of promising) {
      const kit = await (await fetch(`${service.url}/kits/${id}`)).text();
      expect(kit).not.toContain('synthetic.example');
    }
  });

  it('takes no report in, wherever and whenever it is', async () => {
    const crew = await Crew.of(twin);
    const { id, latitude, longitude } = (
      await twin.database.query<{ id: string; latitude: number; longitude: number }>(
        `UPDATE incident SET state = 'UNVERIFIED', dismissal = NULL, ended_at = NULL,
           verified_at = NULL, verified_by = NULL, confirmed_at = NULL, last_observed_at = now(), first_observed_at = now() - interval '1 minute'
         WHERE id = (SELECT id FROM incident ORDER BY id LIMIT 1) RETURNING id, latitude, longitude`,
      )
    )[0]!;
    const { incidentId } = await crew.alert({ location: { latitude, longitude } });
    expect(incidentId).not.toBe(id);
  });
});
