import type { TestDatabase } from './test-database.js';
import { connectSocket, arrivals, type Area } from './family.js';
import type { Person } from './staff.js';
import { until } from './until.js';

/** What is on its way to phones, as the database has it. */
export class Outbox {
  constructor(private readonly database: TestDatabase) {}

  async row(text: string): Promise<any> {
    return (await this.database.query(text))[0];
  }

  /** How often a batch was taken up. */
  async claims(): Promise<number> {
    const text = 'SELECT coalesce(sum(attempts), 0)::int AS n FROM delivery_batch';
    return (await this.row(text)).n;
  }

  /** Every batch's turn has come by now, and no worker is at it any more. */
  async settled(): Promise<void> {
    await until(async () => {
      const { busy } = await this.row(
        `SELECT EXISTS (SELECT FROM delivery_batch WHERE cardinality(pending) > 0
             AND (claimed_until > now() OR not_before > now()))
           OR EXISTS (SELECT FROM delivery WHERE planned_at IS NULL AND closed_at IS NULL)
           OR EXISTS (SELECT FROM pgboss.job WHERE name IN ('delivery-lane', 'delivery-batch', 'fan-out')
             AND state < 'completed' AND start_after <= now()) AS busy`,
      );
      return !busy;
    }, 'every turn');
  }

  /** Every message went to all it is for, or a newer one took its place. */
  async delivered(patienceMs: number): Promise<void> {
    const text = `SELECT count(*)::int AS owed FROM delivery
      WHERE completed_at IS NULL AND closed_at IS NULL`;
    await until(async () => (await this.row(text)).owed === 0, 'all deliveries', patienceMs);
  }

  /** Somebody waits to have the pause's lock alone. */
  async pauseWaits(): Promise<boolean> {
    const { waits } = await this.row(
      `SELECT EXISTS (SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND NOT granted) AS waits`,
    );
    return waits;
  }

  /** How many statements of the service wait for somebody else's lock on a row or table. */
  async waiting(statement: string): Promise<number> {
    const { n } = await this.row(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE wait_event IN ('relation', 'transactionid', 'tuple') AND query ~ '${statement}'`,
    );
    return n;
  }

  /**
   * Has an alert issued whose own transaction begins a pause: nothing of it can have been sent
   * before.
   */
  async pauseWith<T>(issue: () => Promise<T>): Promise<T> {
    await this.database.query(
      `CREATE OR REPLACE FUNCTION pause_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO alert_pause (id, paused_by, paused_at)
           SELECT gen_random_uuid(), id, now() FROM staff LIMIT 1; RETURN NEW; END $$;
       CREATE TRIGGER pause_now AFTER INSERT ON alert EXECUTE FUNCTION pause_now()`,
    );
    const issued = await issue();
    await this.database.query('DROP TRIGGER pause_now ON alert');
    return issued;
  }
}

/** A family's socket; `ids()` answers once whatever was sent to it has arrived. */
export async function follow(url: string, area: Area, request: object = {}) {
  const family = await connectSocket(url);
  await family.watch({ areas: [area], ...request });
  const heard = () => family.received.map(({ id }) => id as string);
  const ids = async () => {
    await family.watch({ areas: [area] });
    return heard();
  };
  return { ...family, heard, ids };
}

/** A member of staff who hears of the pause. */
export async function hearPause(url: string, person: Person) {
  const { socket, close } = await connectSocket(url, { token: person.token }, '/dispatch');
  const states: Record<string, unknown>[] = [];
  socket.on('pause', (state) => states.push(state));
  const heard = (count: number) => arrivals(socket, 'pause', () => states.length >= count);
  const holds = (paused: boolean) =>
    arrivals(socket, 'pause', () => states.at(-1)?.paused === paused);
  return { states, heard, holds, close };
}
