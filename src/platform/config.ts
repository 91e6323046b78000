import {
  EnvironmentError,
  type Environment,
  type ExportRules,
  type LedgerRules,
  type ProcessRole,
  type PushRules,
  type RetentionRules,
  type Secrets,
  type TrainingRules,
  type TrustRules,
} from './env.js';
import type { EvidencePlace } from './evidence-place.js';
import { Keyring } from './keyring.js';
import { SigningKeys } from './signing-keys.js';
import { pairProblems, vapidKey, type VapidKey, type VapidPair } from './vapid-keys.js';

/** The key that browsers subscribe with from now on, and those they subscribed with before. */
export interface VapidConfig extends VapidKey {
  subject: string;
  /** Devices that subscribed with one of these are still sent to. */
  previous: VapidKey[];
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
    readonly push: PushRules,
    readonly trust: TrustRules,
    readonly evidence: EvidencePlace,
    readonly ledger: LedgerRules,
    readonly retention: RetentionRules,
    readonly logLevel: string,
    readonly exports: ExportRules,
    readonly training: TrainingRules,
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
      vapid(secrets, environment.vapidPreviousKeys),
      environment.push,
      environment.trust,
      environment.evidence,
      environment.ledger,
      environment.retention,
      environment.logLevel,
      environment.exports,
      environment.training,
    );
  }

  get servesHttp(): boolean {
    return this.role !== 'worker';
  }

  get worksQueue(): boolean {
    return this.role !== 'api';
  }
}

function vapid(secrets: Secrets, previous: VapidPair[]): VapidConfig {
  const current = { publicKey: secrets.VAPID_PUBLIC_KEY, privateKey: secrets.VAPID_PRIVATE_KEY };
  const problems = pairProblems(current, CURRENT);
  previous.forEach((pair, index) => problems.push(...pairProblems(pair, previousNames(index))));
  if (!/^(mailto:\S+@\S+|https:\/\/\S+)$/.test(secrets.VAPID_SUBJECT))
    problems.push('VAPID_SUBJECT must be a mailto: or https: URL that reaches the operator');
  if (problems.length > 0) throw new EnvironmentError(problems);
  return {
    ...vapidKey(current),
    subject: secrets.VAPID_SUBJECT,
    previous: previous.map(vapidKey),
  };
}

const CURRENT = { publicKey: 'VAPID_PUBLIC_KEY', privateKey: 'VAPID_PRIVATE_KEY' };

/** Problems begin with the variable's name; pairs are counted from 1. */
const previousNames = (index: number) => ({
  publicKey: `VAPID_PREVIOUS_KEYS: the public key of pair ${index + 1}`,
  privateKey: `VAPID_PREVIOUS_KEYS: the private key of pair ${index + 1}`,
});
