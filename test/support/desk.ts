import { Config } from '../../src/platform/config.js';
import { ask, send } from './graphql.js';
import { INCIDENT } from './operations.js';
import { report, type Person, type ReportChange } from './staff.js';
import type { TestService } from './test-service.js';

/** Places in Kissimmee so far apart that no report joins another's incident. */
const SOUTHWEST = { latitude: 28.27, longitude: -81.46 };
const STEP_DEGREES = 0.012;
const ROWS = 6;

/** What dispatchers ask for, what they are answered, and what is left of it in the database. */
export class Desk {
  private spots = 0;

  constructor(private readonly service: TestService) {}

  /** `OK`, or the code it is refused with. */
  async attempt(operation: string, person: Person, input?: object): Promise<string> {
    const answer = await send(this.service.url, operation, input && { input }, person.token);
    return answer.errors?.[0]?.extensions.code ?? 'OK';
  }

  /** A place where nothing was reported yet, in Osceola County. */
  spot() {
    const [row, column] = [this.spots % ROWS, Math.floor(this.spots / ROWS)];
    this.spots += 1;
    return {
      latitude: SOUTHWEST.latitude + STEP_DEGREES * row,
      longitude: SOUTHWEST.longitude + STEP_DEGREES * column,
    };
  }

  /** A report of something new, at a spot of its own; answers the incident's id. */
  reported(author: Person, change: ReportChange = {}): Promise<string> {
    return report(this.service.url, author, { location: this.spot(), ...change });
  }

  async incident(id: string, { token } = this.service.admin): Promise<Record<string, any>> {
    return (await ask(this.service.url, INCIDENT, { id }, token)).incident;
  }

  /** The wide alert that waits for approval. */
  async pending(incidentId: string): Promise<Record<string, any> | null> {
    return (await this.incident(incidentId)).pendingApproval;
  }

  /** Its public messages, as rows. */
  async alerts(incidentId: string): Promise<Record<string, any>[]> {
    const text = 'SELECT * FROM alert WHERE incident_id = $1 ORDER BY sent, id';
    return this.service.database.query(text, [incidentId]);
  }

  /** What the ledger says of a subject, in order. */
  async entries(subject: string): Promise<{ kind: string; actor: string; facts: any }[]> {
    const rows = await this.service.database.query<{ body: Buffer }>(
      'SELECT body FROM ledger_entry WHERE subject = $1 ORDER BY seq',
      [subject],
    );
    return rows.map(({ body }) => JSON.parse(body.toString()));
  }

  /** The clock's jobs of an incident that wait, the earliest first. */
  async clockJobs(incidentId: string): Promise<{ id: string; at: Date }[]> {
    return this.service.database.query(
      `SELECT id, start_after AS at FROM pgboss.job WHERE name = 'incident-expiry'
         AND data->>'incidentId' = $1 AND state = 'created' ORDER BY start_after`,
      [incidentId],
    );
  }

  /** Brings the clock's jobs of an incident forward to now. */
  async strike(incidentId: string): Promise<void> {
    await this.service.database.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'incident-expiry'
         AND data->>'incidentId' = $1 AND state = 'created'`,
      [incidentId],
    );
  }

  /** Another session of the same person. */
  async anotherSession({ id }: Person): Promise<Person> {
    const token = `staff_${'s'.repeat(43)}`;
    const hash = this.service.service.app.get(Config).keyring.digest('token/staff', token);
    await this.service.database.query(
      `INSERT INTO session (id, token_hash, staff_id, created_at, expires_at)
       VALUES (gen_random_uuid(), $1, $2, now(), now() + interval '1 day')`,
      [hash, id],
    );
    return { id, token };
  }
}
