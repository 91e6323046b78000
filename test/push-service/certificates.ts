// The polyfill comes first: x509's dependency injection needs it.
import 'reflect-metadata';
import { randomBytes, randomUUID, webcrypto } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface Certificates {
  caPem: string;
  /** Holds caPem while a service that uses it runs, for NODE_EXTRA_CA_CERTS */
  caFile: string;
  certPem: string;
  keyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const CA_NAME = 'CN=Campana test push service CA';

/** Each caFile named here and the number of services that use it; without one there is no file. */
const users = new Map<string, number>();
process.once('exit', () => [...users.keys()].forEach(remove));

/** A certificate authority, and by it a leaf for localhost, 127.0.0.1 and ::1. */
export async function makeCertificates(): Promise<Certificates> {
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const leafKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const ca = await makeAuthority(caKeys);
  const leaf = await makeLeaf(leafKeys.publicKey, caKeys);
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey);
  const caPem = `${ca.toString('pem')}\n`;
  const caFile = join(tmpdir(), `campana-push-${randomUUID()}`, 'ca.pem');
  users.set(caFile, 0);
  const keyPem = x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
  return { caPem, caFile, certPem: leaf.toString('pem'), keyPem };
}

export function retain({ caFile, caPem }: Certificates): void {
  const using = users.get(caFile);
  if (using === undefined) return;
  users.set(caFile, using + 1);
  if (using > 0) return;
  mkdirSync(dirname(caFile), { mode: 0o700 });
  writeFileSync(caFile, caPem);
}

export function release({ caFile }: Certificates): void {
  const using = users.get(caFile);
  if (using === undefined) return;
  users.set(caFile, using - 1);
  if (using === 1) remove(caFile);
}

function remove(caFile: string): void {
  rmSync(dirname(caFile), { recursive: true, force: true });
}

async function makeAuthority(keys: webcrypto.CryptoKeyPair): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create(
    {
      ...validity(),
      subject: CA_NAME,
      issuer: CA_NAME,
      publicKey: keys.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
}

async function makeLeaf(
  publicKey: webcrypto.CryptoKey,
  authority: webcrypto.CryptoKeyPair,
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create(
    {
      ...validity(),
      subject: 'CN=localhost',
      issuer: CA_NAME,
      publicKey,
      signingKey: authority.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
          { type: 'ip', value: '::1' },
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
}

function validity() {
  const now = Date.now();
  return {
    // a leading 0x4 keeps the number positive and of full length
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 30 * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
}
