import { publicKeysOf, verifyPayload } from '../../alerts/signature.js';
import { freshSecrets } from '../../platform/secrets.js';
import { SigningKeys } from '../../platform/signing-keys.js';
import { fileName, manifestOf } from './export-manifest.js';

const keys = SigningKeys.from(freshSecrets());
const facts = {
  ...{ id: '5e0f1c52-6f62-4c55-9a3e-0a6f3a6a7a01', format: 'csv' as const, hxl: false },
  ...{ filter: { districtId: '1201470' }, columns: ['incident_id'], releaseId: null },
  ...{ synthetic: false, state: 'FINISHED', rows: 3, bytes: 200, sha256: 'ab'.repeat(32) },
  ...{ ledger: { size: 9, head: 'cd'.repeat(32) }, exportedBy: 'somebody', role: 'ANALYST' },
  ...{ askedAt: '2026-03-02T12:00:00.000Z', finishedAt: '2026-03-02T12:00:01.000Z' },
};

describe('the manifest of an export', () => {
  it('is signed with the network’s key, all of it', () => {
    const manifest = manifestOf(facts, keys);
    const known = publicKeysOf({ keys: keys.publicKeys })!;
    expect(manifest).toMatchObject({ type: 'campana-export', version: 1, ...facts });
    expect(verifyPayload(manifest, known)).toMatchObject({ kind: 'ok' });
    expect(verifyPayload({ ...manifest, rows: 4 }, known)).toEqual({ kind: 'altered' });
  });

  it('says in the file’s name and in words that rows are made up', () => {
    const name = 'campana-incidents-2026-03-02-5e0f1c52';
    expect(fileName(facts)).toBe(`${name}.csv`);
    const made = manifestOf({ ...facts, synthetic: true }, keys);
    expect(made.file).toBe(`${name}-SYNTHETIC.csv`);
    expect(made.note).toMatch(/made up/);
  });
});
