/** Tables with the columns and indexes of the real ones, and nothing that watches over them. */
export const BARE_TABLES = `
  CREATE SCHEMA bare;
  CREATE TABLE bare.incident (LIKE incident INCLUDING ALL);
  CREATE TABLE bare.report (LIKE report INCLUDING ALL);
  CREATE TABLE bare.ledger_entry (LIKE ledger_entry INCLUDING ALL);
  CREATE SEQUENCE bare.ledger_seq;
`;
