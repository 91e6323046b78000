import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Transaction } from '../platform/database.js';
import type { Policy, PolicyText } from './policy.js';
import { PolicyRow } from './policy.entity.js';

/** Any number that nothing else in this database locks. */
const POLICIES_LOCK = 7_202_613;

/** A district and a day. */
export interface DistrictDay {
  districtId: string;
  day: string;
}

const VERSION = `policy.id, policy.version, policy.district_id AS "districtId", policy.kind,
  policy.effective_from::text AS "effectiveFrom", policy.effective_until::text AS "effectiveUntil",
  policy.source_url AS "sourceUrl", policy.source_sha256 AS "sourceSha256"`;
const STANDS = 'policy.superseded_at IS NULL AND policy.withdrawn_at IS NULL';

/** The policies in force, of any number of districts and days; `place` says which was asked for. */
export const IN_FORCE = `
  SELECT asked.place::int AS place, ${VERSION}
  FROM unnest($1::text[], $2::date[]) WITH ORDINALITY AS asked (district_id, day, place)
  JOIN district_policy policy ON policy.district_id = asked.district_id
    AND daterange(policy.effective_from, policy.effective_until, '[]') @> asked.day AND ${STANDS}
  ORDER BY asked.place, policy.kind`;

const OF_DISTRICTS = `
  SELECT ${VERSION} FROM district_policy policy
  WHERE policy.district_id = ANY($1::text[]) AND ${STANDS}
  ORDER BY policy.effective_from, policy.kind`;

const ADD = `
  INSERT INTO district_policy (id, version, district_id, kind, effective_from, effective_until,
    source_url, source_sha256, entered_at, entered_by, import_sha256)
  SELECT *, $9::timestamptz, $10::uuid, $11::text FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[],
    $5::date[], $6::date[], $7::text[], $8::text[])`;

const ADDED = [
  ...(['id', 'version', 'districtId', 'kind', 'effectiveFrom', 'effectiveUntil'] as const),
  ...(['sourceUrl', 'sourceSha256'] as const),
];

/** Who entered something: a member of staff, or whoever imported a file. */
export type Entered = { at: Date } & (
  { by: string; importSha256: null } | { by: null; importSha256: string }
);

@Injectable()
export class PoliciesStore {
  /**
   * Policies are entered by one at a time, until the transaction ends: the ledger lets no more write
   * anyway, and of two for the same days the second sees the first.
   */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [POLICIES_LOCK]);
  }

  /** Those in force, for each district and day asked about, in that order. */
  async inForce(tx: Transaction, asked: DistrictDay[]): Promise<Policy[][]> {
    const rows = (await tx.query(IN_FORCE, [
      asked.map(({ districtId }) => districtId),
      asked.map(({ day }) => day),
    ])) as (Policy & { place: number })[];
    const found = Map.groupBy(rows, ({ place }) => place);
    return asked.map((_, index) => found.get(index + 1) ?? []);
  }

  /** Whenever they are in force, oldest first. */
  async ofDistricts(tx: Transaction, districtIds: string[]): Promise<Policy[]> {
    return (await tx.query(OF_DISTRICTS, [districtIds])) as Policy[];
  }

  /** The last version of one. */
  async current(tx: Transaction, id: string): Promise<PolicyRow | null> {
    return tx.getRepository(PolicyRow).findOneBy({ id, supersededAt: IsNull() });
  }

  /** Every version of one, the first first. */
  async versions(tx: Transaction, id: string): Promise<PolicyRow[]> {
    return tx.getRepository(PolicyRow).find({ where: { id }, order: { version: 'ASC' } });
  }

  /** The last versions of these give way to the next. */
  async supersede(tx: Transaction, ids: string[], at: Date): Promise<void> {
    await tx.query(
      `UPDATE district_policy SET superseded_at = $2 WHERE id = ANY($1::uuid[]) AND superseded_at IS NULL`,
      [ids, at],
    );
  }

  async add(tx: Transaction, policies: Policy[], { at, by, importSha256 }: Entered): Promise<void> {
    const columns = ADDED.map((column) => policies.map((policy) => policy[column]));
    await tx.query(ADD, [...columns, at, by, importSha256]);
  }

  async withdraw(tx: Transaction, id: string, by: string, at: Date): Promise<void> {
    await tx.query(
      `UPDATE district_policy SET withdrawn_at = $3, withdrawn_by = $2
       WHERE id = $1 AND superseded_at IS NULL`,
      [id, by, at],
    );
  }

  /** Destroys the address of one version's document. */
  async dropAddress(tx: Transaction, id: string, version: number): Promise<void> {
    await tx.query('SELECT empty_policy_address($1, $2)', [id, version]);
  }

  /** Every policy that these districts ever had. */
  async idsOf(tx: Transaction, districtIds: readonly string[]): Promise<string[]> {
    const rows = (await tx.query(
      'SELECT DISTINCT id FROM district_policy WHERE district_id = ANY($1::text[])',
      [districtIds],
    )) as { id: string }[];
    return rows.map(({ id }) => id);
  }

  /** One of the same kind and district that stands on some of the same days. */
  async overlapping(
    tx: Transaction,
    policy: PolicyText & { id: string },
  ): Promise<Policy | undefined> {
    const { id, districtId, kind, effectiveFrom, effectiveUntil } = policy;
    const rows = (await tx.query(
      `SELECT ${VERSION} FROM district_policy policy
       WHERE policy.district_id = $1 AND policy.kind = $2 AND policy.id <> $5 AND ${STANDS}
         AND daterange(policy.effective_from, policy.effective_until, '[]') && daterange($3, $4, '[]')
       ORDER BY policy.effective_from LIMIT 1`,
      [districtId, kind, effectiveFrom, effectiveUntil, id],
    )) as Policy[];
    return rows[0];
  }
}
