import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Transaction } from '../platform/database.js';
import type { AudienceName, Resource, ResourceText } from './resource.js';
import { ResourceRow } from './resource.entity.js';

/** Any number that nothing else in this database locks. */
const RESOURCES_LOCK = 7_202_616;

/** What somebody wants to read: for whom, where, and on which day. */
export interface Asked {
  audience: AudienceName;
  /** Null: what is national only. */
  state: string | null;
  districtId: string | null;
  day: string;
}

const VERSION = `r.id, r.version, r.topic, r.audience, r.locale, r.state, r.district_id AS "districtId",
  r.rank, r.title, r.body, r.url, r.publisher, r.source_url AS "sourceUrl",
  r.source_date::text AS "sourceDate", r.source_sha256 AS "sourceSha256",
  r.counsel_reviewed AS "counselReviewed", r.effective_from::text AS "effectiveFrom",
  r.effective_until::text AS "effectiveUntil"`;
const STANDS = 'r.superseded_at IS NULL AND r.withdrawn_at IS NULL';
const PLACE = `COALESCE(r.district_id, r.state, 'US')`;

/** Those that hold, in any language, of any number of readers; `asker` says whose they are. */
export const IN_FORCE = `
  SELECT asked.asker::int AS asker, ${VERSION}
  FROM unnest($1::text[], $2::text[], $3::text[], $4::date[]) WITH ORDINALITY
    AS asked (audience, state, district_id, day, asker)
  CROSS JOIN LATERAL unnest(ARRAY['US', asked.state, asked.district_id]) AS here (place)
  JOIN resource r ON ${PLACE} = here.place AND r.audience = asked.audience AND ${STANDS}
    AND daterange(r.effective_from, r.effective_until, '[]') @> asked.day
  ORDER BY asked.asker, r.rank, r.topic`;

const COLUMNS = {
  ...{ id: 'uuid', version: 'int', topic: 'text', audience: 'text', locale: 'text', state: 'text' },
  ...{ districtId: 'text', rank: 'int', title: 'text', body: 'text', url: 'text' },
  ...{ publisher: 'text', sourceUrl: 'text', sourceDate: 'date', sourceSha256: 'text' },
  ...{ counselReviewed: 'boolean', effectiveFrom: 'date', effectiveUntil: 'date' },
} as const satisfies Record<keyof Resource, string>;
const NAMES = Object.keys(COLUMNS) as (keyof Resource)[];
const TYPES = Object.values(COLUMNS);

const ADD = `
  INSERT INTO resource (id, version, topic, audience, locale, state, district_id, rank, title, body,
    url, publisher, source_url, source_date, source_sha256, counsel_reviewed, effective_from,
    effective_until, entered_at, entered_by, import_sha256)
  SELECT *, $${NAMES.length + 1}::timestamptz, $${NAMES.length + 2}::uuid, $${NAMES.length + 3}::text
  FROM unnest(${TYPES.map((type, at) => `$${at + 1}::${type}[]`).join(', ')})`;

/** Who entered something: a member of staff, or whoever imported a file. */
export type Entered = { at: Date } & (
  { by: string; importSha256: null } | { by: null; importSha256: string }
);

@Injectable()
export class ResourcesStore {
  /** One at a time, until the transaction ends: of two for the same days the second sees the first. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [RESOURCES_LOCK]);
  }

  async districts(tx: Transaction): Promise<Set<string>> {
    const rows = (await tx.query('SELECT id FROM district')) as { id: string }[];
    return new Set(rows.map(({ id }) => id));
  }

  /** Those that hold at the place and above it, for each that asks, in that order. */
  async inForce(tx: Transaction, asked: Asked[]): Promise<Resource[][]> {
    const rows = (await tx.query(IN_FORCE, [
      asked.map(({ audience }) => audience),
      asked.map(({ state }) => state),
      asked.map(({ districtId }) => districtId),
      asked.map(({ day }) => day),
    ])) as (Resource & { asker: number })[];
    const found = Map.groupBy(rows, ({ asker }) => asker);
    return asked.map((_, index) => found.get(index + 1) ?? []);
  }

  /** All that stand of these topics, whenever they hold. */
  async ofTopics(tx: Transaction, topics: string[]): Promise<Resource[]> {
    return (await tx.query(
      `SELECT ${VERSION} FROM resource r WHERE r.topic = ANY($1::text[]) AND ${STANDS}
       ORDER BY r.effective_from`,
      [topics],
    )) as Resource[];
  }

  /** The last version of one. */
  async current(tx: Transaction, id: string): Promise<ResourceRow | null> {
    return tx.getRepository(ResourceRow).findOneBy({ id, supersededAt: IsNull() });
  }

  /** Every version of one, the first first. */
  async versions(tx: Transaction, id: string): Promise<ResourceRow[]> {
    return tx.getRepository(ResourceRow).find({ where: { id }, order: { version: 'ASC' } });
  }

  /** The last versions of these give way to the next. */
  async supersede(tx: Transaction, ids: string[], at: Date): Promise<void> {
    await tx.query(
      `UPDATE resource SET superseded_at = $2 WHERE id = ANY($1::uuid[]) AND superseded_at IS NULL`,
      [ids, at],
    );
  }

  async add(
    tx: Transaction,
    resources: Resource[],
    { at, by, importSha256 }: Entered,
  ): Promise<void> {
    const columns = NAMES.map((name) => resources.map((resource) => resource[name]));
    await tx.query(ADD, [...columns, at, by, importSha256]);
  }

  async withdraw(tx: Transaction, id: string, by: string, at: Date): Promise<void> {
    await tx.query(
      `UPDATE resource SET withdrawn_at = $3, withdrawn_by = $2
       WHERE id = $1 AND superseded_at IS NULL`,
      [id, by, at],
    );
  }

  /** Destroys the words of one version, which nobody is shown from then on. */
  async dropWords(tx: Transaction, id: string, version: number): Promise<void> {
    await tx.query('SELECT empty_resource_words($1, $2)', [id, version]);
  }

  /** Another of the same topic, audience, language and place that stands on some of the same days. */
  async overlapping(
    tx: Transaction,
    resource: ResourceText & { id: string },
  ): Promise<Resource | undefined> {
    const { id, topic, audience, locale, state, districtId } = resource;
    const rows = (await tx.query(
      `SELECT ${VERSION} FROM resource r
       WHERE r.topic = $1 AND r.audience = $2 AND r.locale = $3 AND ${PLACE} = $4 AND r.id <> $7
         AND ${STANDS}
         AND daterange(r.effective_from, r.effective_until, '[]') && daterange($5, $6, '[]')
       ORDER BY r.effective_from LIMIT 1`,
      [
        ...[topic, audience, locale, districtId ?? state ?? 'US'],
        ...[resource.effectiveFrom, resource.effectiveUntil, id],
      ],
    )) as Resource[];
    return rows[0];
  }
}
