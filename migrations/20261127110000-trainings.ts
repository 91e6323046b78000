import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Trainings, who attended, and who was warned that theirs lapses. Beside each index: the query it serves. */
export class Trainings20261127110000 implements MigrationInterface {
  name = 'Trainings20261127110000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [TRAININGS, CERTIFICATIONS, GRANTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE certification_look, certification_warning, training_attendance, training;
      DROP INDEX staff_certified;
      ALTER TABLE staff DROP COLUMN granted_until, DROP COLUMN granted_at;
    `);
  }
}

const TRAININGS = `
  CREATE TABLE training (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('WEBINAR', 'SESSION')),
    starts_at timestamptz(3) NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 10 AND 1440),
    trainer_id uuid REFERENCES staff,
    trainer_organization text,
    organization_id uuid NOT NULL REFERENCES organization,
    capacity integer CHECK (capacity > 0),
    valid_months integer NOT NULL CHECK (valid_months >= 0),
    scheduled_by uuid NOT NULL REFERENCES staff,
    scheduled_at timestamptz(3) NOT NULL,
    cancelled_at timestamptz(3),
    CONSTRAINT training_trainer_check CHECK ((trainer_id IS NULL) <> (trainer_organization IS NULL))
  );
  -- the list of trainings, the latest first
  CREATE INDEX training_starts ON training (starts_at, id);

  CREATE TABLE training_attendance (
    id uuid PRIMARY KEY,
    training_id uuid NOT NULL REFERENCES training,
    staff_id uuid NOT NULL REFERENCES staff,
    certifies_until date,
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_at timestamptz(3) NOT NULL,
    voided_at timestamptz(3),
    voided_by uuid REFERENCES staff,
    void_reason text CHECK (void_reason IN ('WRONG_PERSON', 'DID_NOT_ATTEND', 'LEFT_EARLY',
      'WRONG_TRAINING')),
    CONSTRAINT training_attendance_self_check CHECK (recorded_by <> staff_id),
    CONSTRAINT training_attendance_voided_check
      CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL))
  );
  -- who attended a training: each person once
  CREATE UNIQUE INDEX training_attendance_once ON training_attendance (training_id, staff_id)
    WHERE voided_at IS NULL;
  -- what certifies a person
  CREATE INDEX training_attendance_staff ON training_attendance (staff_id) WHERE voided_at IS NULL;
`;

const CERTIFICATIONS = `
  -- What they were given by an invite or an admin, kept from their first training on.
  ALTER TABLE staff ADD granted_until date, ADD granted_at timestamptz(3);
  -- whose training lapses by a day
  CREATE INDEX staff_certified ON staff (certified_until, id)
    WHERE suspended_at IS NULL AND certified_until IS NOT NULL;

  CREATE TABLE certification_warning (
    staff_id uuid NOT NULL REFERENCES staff,
    certified_until date NOT NULL,
    days_before integer NOT NULL,
    warned_at timestamptz(3) NOT NULL,
    -- once each
    PRIMARY KEY (staff_id, certified_until, days_before)
  );
  CREATE TABLE certification_look (
    -- one look a day
    day date PRIMARY KEY,
    looked_at timestamptz(3) NOT NULL
  );
`;

/** What was recorded is not changed and not deleted, only voided. */
const GRANTS = `
  GRANT SELECT, INSERT, UPDATE ON training TO campana_service;
  GRANT SELECT, INSERT ON training_attendance, certification_warning, certification_look
    TO campana_service;
  GRANT UPDATE (voided_at, voided_by, void_reason) ON training_attendance TO campana_service;
`;
