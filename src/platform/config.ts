import { createHash } from 'node:crypto';
import { EnvironmentError, type Environment, type ProcessRole, type Secrets } from './env.js';
import { Keyring } from './keyring.js';
import { SigningKeys } from './signing-keys.js';

export interface VapidConfig {
  publicKey: string;
  privateKey: string;
  subject: string;
  /** First 8 characters of the base64url SHA-256 of the public key: remembered per subscription. */
  keyId: string;
}

/** What the running service needs to know, by section. Injected; the environment is read once. */
export class Config {
  constructor(
    readonly production: boolean,
    readonly role: ProcessRole,
    readonly http: { host: string; port: number; publicUrl: string },
    readonly database: { url: string },
    readonly keyring: Keyring,
    readonly signing: SigningKeys,
    readonly vapid: VapidConfig,
    readonly push: { allowHosts: string[]; allowPrivate: boolean },
    readonly logLevel: string,
  ) {}

  /** @throws EnvironmentError when a secret has not the form it must have. */
  static from(environment: Environment, databaseUrl: string, secrets: Secrets): Config {
    return new Config(
      environment.production,
      environment.role,
      { host: environment.host, port: environment.port, publicUrl: environment.publicUrl },
      { url: databaseUrl },
      Keyring.from(secrets),
      SigningKeys.from(secrets),
      vapid(secrets),
      { allowHosts: environment.pushAllowHosts, allowPrivate: environment.pushAllowPrivate },
      environment.logLevel,
    );
  }

  get servesHttp(): boolean {
    return this.role !== 'worker';
  }

  get worksQueue(): boolean {
    return this.role !== 'api';
  }
}

function vapid(secrets: Secrets): VapidConfig {
  const problems: string[] = [];
  const publicKey = secrets.VAPID_PUBLIC_KEY;
  if (Buffer.from(publicKey, 'base64url').length !== 65)
    problems.push('VAPID_PUBLIC_KEY must be an uncompressed P-256 point, 65 bytes in base64url');
  if (Buffer.from(secrets.VAPID_PRIVATE_KEY, 'base64url').length !== 32)
    problems.push('VAPID_PRIVATE_KEY must be 32 bytes in base64url');
  if (!/^(mailto:\S+@\S+|https:\/\/\S+)$/.test(secrets.VAPID_SUBJECT))
    problems.push('VAPID_SUBJECT must be a mailto: or https: URL that reaches the operator');
  if (problems.length > 0) throw new EnvironmentError(problems);
  return {
    publicKey,
    privateKey: secrets.VAPID_PRIVATE_KEY,
    subject: secrets.VAPID_SUBJECT,
    keyId: createHash('sha256').update(publicKey).digest('base64url').slice(0, 8),
  };
}
