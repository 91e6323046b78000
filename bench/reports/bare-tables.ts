/** Tables with the columns, indexes and foreign keys of the real ones, and no rule beyond these. */
export const BARE_TABLES = `
  CREATE SCHEMA bare;
  CREATE TABLE bare.incident (LIKE incident INCLUDING ALL);
  CREATE TABLE bare.report (LIKE report INCLUDING ALL);
  CREATE TABLE bare.ledger_entry (LIKE ledger_entry INCLUDING ALL);
  ALTER TABLE bare.incident ADD FOREIGN KEY (school_id) REFERENCES school,
    ADD FOREIGN KEY (district_id) REFERENCES district;
  ALTER TABLE bare.report ADD FOREIGN KEY (incident_id) REFERENCES bare.incident,
    ADD FOREIGN KEY (author_id) REFERENCES staff;
  CREATE SEQUENCE bare.ledger_seq;
`;
