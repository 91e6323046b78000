import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why names left, and of what, can be redacted by two people: then the row is sealed anew without it. */
export class RedactedReleases20261127140000 implements MigrationInterface {
  name = 'RedactedReleases20261127140000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('GRANT UPDATE (content, key_id) ON identity_release TO campana_service');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('REVOKE UPDATE (content, key_id) ON identity_release FROM campana_service');
  }
}
