import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What families, schools and responders are told to do. Beside each index: the query it serves. */
export class Resources20261127100000 implements MigrationInterface {
  name = 'Resources20261127100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [RESOURCES, DESTROYED, GRANTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION empty_resource_words; DROP TABLE resource');
  }
}

const RESOURCES = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;

  CREATE TABLE resource (
    id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    topic text NOT NULL,
    audience text NOT NULL CHECK (audience IN ('FAMILIES', 'EDUCATORS', 'RESPONDERS')),
    locale text NOT NULL,
    state text CHECK (state ~ '^[A-Z]{2}$' AND state <> 'US'),
    district_id text REFERENCES district,
    rank integer NOT NULL CHECK (rank BETWEEN 1 AND 99),
    title text NOT NULL,
    body text,
    url text CHECK (url LIKE 'https://%'),
    publisher text NOT NULL,
    source_url text CHECK (source_url LIKE 'https://%'),
    source_date date NOT NULL,
    source_sha256 text CHECK (source_sha256 ~ '^[0-9a-f]{64}$'),
    counsel_reviewed boolean NOT NULL,
    effective_from date NOT NULL,
    effective_until date,
    entered_at timestamptz(3) NOT NULL,
    entered_by uuid REFERENCES staff,
    import_sha256 text,
    superseded_at timestamptz(3),
    withdrawn_at timestamptz(3),
    withdrawn_by uuid REFERENCES staff,
    -- every version of one, in order
    PRIMARY KEY (id, version),
    CONSTRAINT resource_place_check CHECK (state IS NULL OR district_id IS NULL),
    CONSTRAINT resource_words_check CHECK (body IS NOT NULL OR url IS NOT NULL),
    CONSTRAINT resource_days_check CHECK (effective_until >= effective_from),
    CONSTRAINT resource_entered_check CHECK ((entered_by IS NULL) <> (import_sha256 IS NULL)),
    -- one of each topic, audience, language and place holds on a day; and those that hold at a place:
    -- WHERE COALESCE(district_id, state, 'US') = $1 AND audience = $2 AND daterange(...) @> $3
    CONSTRAINT resource_overlap_excl EXCLUDE USING gist (
      COALESCE(district_id, state, 'US') WITH =, audience WITH =,
      daterange(effective_from, effective_until, '[]') WITH &&, topic WITH =, locale WITH =
    ) WHERE (superseded_at IS NULL AND withdrawn_at IS NULL)
  );
  -- reviseResource, withdrawResource: the last version of one
  CREATE UNIQUE INDEX resource_current ON resource (id) WHERE superseded_at IS NULL;
`;

/** What two people redact is shown to nobody. */
const DESTROYED = `
  CREATE FUNCTION empty_resource_words(of_resource uuid, of_version integer)
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE resource SET title = '', body = '', url = NULL, publisher = '', source_url = NULL,
      withdrawn_at = COALESCE(withdrawn_at, now())
    WHERE id = of_resource AND version = of_version
  $$;
  REVOKE ALL ON FUNCTION empty_resource_words FROM PUBLIC;
`;

/** What was entered is not changed and not deleted, only superseded. */
const GRANTS = `
  GRANT SELECT, INSERT ON resource TO campana_service;
  GRANT UPDATE (superseded_at, withdrawn_at, withdrawn_by) ON resource TO campana_service;
  GRANT EXECUTE ON FUNCTION empty_resource_words TO campana_service;
`;
