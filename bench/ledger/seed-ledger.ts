import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { EMPTY_HEAD, canonicalBytes, commit, leafOf, nextHead } from '../../src/ledger/chain.js';
import { DISCLOSURE_PLACE } from '../../src/ledger/ledger-entry.entity.js';
import type { Keyring } from '../../src/platform/keyring.js';
import { copyRows } from '../support/copy.js';
import type { BenchDatabase } from '../support/database.js';

/** An incident as most are: two reports, a verification, an end. */
const KINDS = ['report.filed', 'report.filed', 'incident.verified', 'incident.cleared'] as const;
const AT_ONCE = 10_000;
const FIRST = Date.parse('2026-01-05T13:00:00Z');

/**
 * A chain as the service appends it, written in bulk. Every second entry vouches for a report that
 * is kept sealed beside it.
 * @param file gets the bytes that a verification has to look at, as they are stored
 */
export async function seedLedger(
  { pool }: BenchDatabase,
  keyring: Keyring,
  entries: number,
  file: string,
): Promise<void> {
  const copyOf = createWriteStream(file);
  let head = EMPTY_HEAD;
  let subject = randomUUID();
  for (let first = 0; first < entries; first += AT_ONCE) {
    const rows: string[] = [];
    const disclosures: string[] = [];
    for (let seq = first + 1; seq <= Math.min(entries, first + AT_ONCE); seq++) {
      const kind = KINDS[(seq - 1) % KINDS.length]!;
      if ((seq - 1) % KINDS.length === 0) subject = randomUUID();
      const at = new Date(FIRST + seq * 20_000);
      const sensitive = kind === 'report.filed' ? commit(reportAt(at)) : undefined;
      const body = canonicalBytes({
        ...{ kind, subject, at: at.toISOString(), actor: randomUUID(), facts: factsOf(kind, at) },
        ...(sensitive && { commitment: sensitive.commitment.toString('hex') }),
      });
      const leaf = leafOf(body);
      head = nextHead(head, leaf);
      rows.push([seq, kind, subject, at.toISOString(), ...[body, leaf, head].map(hex)].join('\t'));
      const bytes = [body, leaf, head];
      if (sensitive) {
        const sealed = keyring.seal(sensitive.value, DISCLOSURE_PLACE);
        const { commitment, salt } = sensitive;
        disclosures.push(
          [hex(commitment), hex(salt), sealed.keyId, hex(sealed.bytes), seq].join('\t'),
        );
        bytes.push(commitment, salt, sealed.bytes);
      }
      if (!copyOf.write(Buffer.concat(bytes))) await once(copyOf, 'drain');
    }
    await copyRows(pool, 'ledger_entry', rows);
    await copyRows(pool, 'ledger_disclosure', disclosures);
  }
  copyOf.end();
  await finished(copyOf);
  // The head moves by ones; here it is set once, as the owner may where no trigger fires.
  await pool.query(`DO $$ BEGIN SET LOCAL session_replication_role = replica;
    UPDATE ledger_head SET size = ${entries}, head = '\\x${head.toString('hex')}'; END $$`);
  await pool.query('VACUUM ANALYZE ledger_entry, ledger_disclosure');
}

const hex = (bytes: Buffer) => `\\\\x${bytes.toString('hex')}`;

const reportAt = (at: Date) => ({
  activity: 'STAGING',
  agency: 'UNKNOWN',
  agents: 4,
  certainty: 'OBSERVED',
  equipment: 'Unmarked dark vans, vests',
  latitude: 28.29 + (at.getTime() % 1_000) / 10_000,
  longitude: -81.41,
  narrative: `Two vans by the east entrance, people in vests at the fence. ${randomBytes(60).toString('base64')}`,
  observedAt: at.toISOString(),
  schoolId: '120147001532',
  vehicles: 2,
});

function factsOf(kind: (typeof KINDS)[number], at: Date): object {
  if (kind === 'report.filed') return { reportId: randomUUID(), to: 'UNVERIFIED' };
  if (kind === 'incident.cleared') return { from: 'ACTIVE', to: 'CLEARED', alertId: randomUUID() };
  const expires = new Date(at.getTime() + 3_600_000).toISOString();
  return { from: 'UNVERIFIED', to: 'ACTIVE', alertId: randomUUID(), radiusMeters: 1_500, expires };
}
