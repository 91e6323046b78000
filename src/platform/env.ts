import { isAbsolute, join, resolve } from 'node:path';
import { bucketFrom, type EvidencePlace } from './evidence-place.js';
import type { VapidPair } from './vapid-keys.js';

export const ROLES_OF_PROCESS = ['api', 'worker', 'all'] as const;
export type ProcessRole = (typeof ROLES_OF_PROCESS)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const SECRET_NAMES = [
  'AREA_KEY',
  'DATA_KEYS',
  'SIGNING_KEYS',
  'TOKEN_KEY',
  'VAPID_PUBLIC_KEY',
  'VAPID_PRIVATE_KEY',
  'VAPID_SUBJECT',
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];
export type Secrets = Record<SecretName, string>;

/** The environment as read: typed, defaulted, not yet joined with the secrets on disk. */
export interface Environment {
  production: boolean;
  host: string;
  port: number;
  /** Absolute path. */
  dataDir: string;
  /** Undefined: the embedded PostgreSQL is used. */
  databaseUrl: string | undefined;
  role: ProcessRole;
  /** Without a trailing slash. */
  publicUrl: string;
  secrets: Partial<Secrets>;
  /** Whose devices are still sent to after a rotation; not yet checked to be keys. */
  vapidPreviousKeys: VapidPair[];
  logLevel: string;
  push: PushRules;
  trust: TrustRules;
  evidence: EvidencePlace;
  exports: ExportRules;
  training: TrainingRules;
  ledger: LedgerRules;
  retention: RetentionRules;
}

/** What is taken out of the record, and by what means. */
export interface ExportRules {
  /** Absolute path: where files wait to be fetched, sealed. */
  directory: string;
  /** The Chromium that makes PDF of briefs; undefined: none is made. */
  chromiumPath: string | undefined;
}

/** Where the ledger's checkpoints are left, beside the database. */
export interface LedgerRules {
  /** Absolute path; undefined: in no file. */
  checkpointDir: string | undefined;
  /** Undefined: sent nowhere. May hold a secret. */
  checkpointUrl: string | undefined;
}

/** For how many days raw detail is kept, by kind; 0: for good. */
export interface RetentionRules {
  narrativeDays: number;
  disclosureDays: number;
  evidenceDays: number;
}

/** Where messages may be pushed to, and how. */
export interface PushRules {
  allowHosts: string[];
  /** Tests only. */
  allowPrivate: boolean;
  /** So many devices a worker makes ready for their next message: channel opened, keys made. */
  keysAhead: number;
  /** Whether a worker sends from a thread of its own. */
  ownThread: boolean;
}

/** What a network asks before it tells the public. */
export interface TrustRules {
  /** An alert for more devices than this needs two dispatchers. */
  wideAlertDevices: number;
  /** Alerts of one district within an hour that need no admin. */
  alertsPerDistrictHour: number;
  /** So many independent first-hand reports verify by themselves; 0: none do. */
  corroborationReports: number;
}

/** How long attending a training counts. */
export interface TrainingRules {
  /** By its kind; 0: it certifies nobody. */
  months: { WEBINAR: number; SESSION: number };
}

/** Every problem of the environment at once, each naming its variable and the fix. */
export class EnvironmentError extends Error {
  constructor(readonly problems: string[]) {
    super(`The environment is not usable:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  }
}

type Source = Record<string, string | undefined>;

/**
 * Reads and checks the environment.
 * @throws EnvironmentError naming every wrong variable.
 */
export function readEnvironment(source: Source): Environment {
  const problems: string[] = [];
  const text = (name: string) => source[name]?.trim() || undefined;
  const production = text('NODE_ENV') === 'production';
  const host = text('HOST') ?? '127.0.0.1';
  const number = (name: string, fallback: number, min: number, max: number) =>
    wholeNumber(name, text(name) ?? String(fallback), min, max, problems);
  const port = number('PORT', 3_000, 0, 65_535);
  const databaseUrl = postgresUrl(text('DATABASE_URL'), problems);
  const shownHost = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  const publicUrl = webUrl(text('PUBLIC_URL') ?? `http://${shownHost}:${port}`, problems);
  const pushAllowPrivate = flag('PUSH_ALLOW_PRIVATE', text('PUSH_ALLOW_PRIVATE'), problems);
  if (production && pushAllowPrivate) {
    problems.push(
      'PUSH_ALLOW_PRIVATE is for tests and must not be set when NODE_ENV=production: unset it',
    );
  }
  const secrets: Partial<Secrets> = {};
  for (const name of SECRET_NAMES) {
    const value = text(name);
    if (value) secrets[name] = value;
    else if (databaseUrl) {
      problems.push(
        `${name} is missing: with DATABASE_URL every secret comes from the environment (npm run secrets prints a set)`,
      );
    }
  }
  const dataDir = resolve(text('DATA_DIR') ?? '.data');
  const environment: Environment = {
    production,
    host,
    port,
    dataDir,
    databaseUrl,
    role: oneOf('ROLE', text('ROLE') ?? 'all', ROLES_OF_PROCESS, problems),
    publicUrl,
    secrets,
    vapidPreviousKeys: keyPairs(text('VAPID_PREVIOUS_KEYS'), problems),
    logLevel: oneOf('LOG_LEVEL', text('LOG_LEVEL') ?? 'info', LOG_LEVELS, problems),
    push: {
      allowHosts: hostList(text('PUSH_ALLOW_HOSTS'), problems),
      allowPrivate: pushAllowPrivate,
      keysAhead: number('PUSH_KEYS_AHEAD', 50_000, 0, 10_000_000),
      ownThread: flag('PUSH_THREAD', text('PUSH_THREAD') ?? '1', problems),
    },
    trust: {
      wideAlertDevices: number('WIDE_ALERT_DEVICES', 5_000, 0, 10_000_000),
      alertsPerDistrictHour: number('ALERTS_PER_DISTRICT_HOUR', 12, 1, 1_000),
      corroborationReports: corroboration(number('CORROBORATION_REPORTS', 0, 0, 5), problems),
    },
    evidence: {
      folder: resolve(text('EVIDENCE_DIR') ?? join(dataDir, 'evidence')),
      s3: bucketFrom(text, problems),
    },
    exports: {
      directory: join(dataDir, 'exports'),
      chromiumPath: program('CHROMIUM_PATH', text('CHROMIUM_PATH'), problems),
    },
    training: {
      months: {
        WEBINAR: number('WEBINAR_MONTHS', 12, 0, 60),
        SESSION: number('SESSION_MONTHS', 12, 0, 60),
      },
    },
    ledger: {
      checkpointDir: checkpointDir(text('LEDGER_CHECKPOINT_DIR'), dataDir, databaseUrl),
      checkpointUrl: checkpointUrl(text('LEDGER_CHECKPOINT_URL'), production, problems),
    },
    retention: {
      narrativeDays: number('RETENTION_NARRATIVE_DAYS', 90, 0, MOST_DAYS),
      disclosureDays: number('RETENTION_DISCLOSURE_DAYS', 90, 0, MOST_DAYS),
      evidenceDays: number('RETENTION_EVIDENCE_DAYS', 0, 0, MOST_DAYS),
    },
  };
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

/** The environment of this process: the only reader of `process.env`. */
export function processEnvironment(): Environment {
  return readEnvironment(process.env);
}

/** This process's own environment, for the children it starts (PostgreSQL wants PATH and the like). */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env };
}

function wholeNumber(name: string, value: string, min: number, max: number, problems: string[]) {
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  problems.push(`${name} must be a whole number from ${min} to ${max}, got ${quote(value)}`);
  return min;
}

/** One report is no corroboration. */
function corroboration(reports: number, problems: string[]): number {
  if (reports === 1) problems.push('CORROBORATION_REPORTS must be 0 (off) or 2 to 5, got "1"');
  return reports;
}

function oneOf<T extends string>(
  name: string,
  value: string,
  allowed: readonly T[],
  problems: string[],
): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    problems.push(`${name} must be one of ${allowed.join(', ')}, got ${quote(value)}`);
  return found ?? allowed[0]!;
}

function flag(name: string, value: string | undefined, problems: string[]): boolean {
  if (value === undefined || value === '0' || value === 'false') return false;
  if (value === '1' || value === 'true') return true;
  problems.push(`${name} must be 1 or 0, got ${quote(value)}`);
  return false;
}

function webUrl(value: string, problems: string[]): string {
  const url = URL.parse(value);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:'))
    return url.href.replace(/\/+$/, '');
  problems.push(`PUBLIC_URL must be an http or https URL, got ${quote(value)}`);
  return value;
}

/** A hundred years. */
const MOST_DAYS = 36_500;

/** Beside the embedded database there is a directory that is ours; elsewhere somebody must name one. */
function checkpointDir(given: string | undefined, dataDir: string, databaseUrl?: string) {
  if (given !== undefined) return resolve(given);
  return databaseUrl === undefined ? join(dataDir, 'checkpoints') : undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function checkpointUrl(value: string | undefined, production: boolean, problems: string[]) {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  const local = !production && url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url && (url.protocol === 'https:' || local)) return url.href;
  problems.push(
    'LEDGER_CHECKPOINT_URL must be an https URL (its value is not shown: it may hold a secret)',
  );
  return undefined;
}

function postgresUrl(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined || /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? ''))
    return value;
  problems.push('DATABASE_URL must be a postgres:// URL (its value is not shown: it is a secret)');
  return undefined;
}

/** Whether it is there is seen when it is used. */
function program(name: string, path: string | undefined, problems: string[]): string | undefined {
  if (path !== undefined && !isAbsolute(path))
    problems.push(
      `${name} must be an absolute path, such as /usr/bin/chromium, got ${quote(path)}`,
    );
  return path;
}

function keyPairs(value: string | undefined, problems: string[]): VapidPair[] {
  if (value === undefined) return [];
  const pairs = value.split(',').map((pair) => pair.trim().split(':'));
  if (pairs.every((halves) => halves.length === 2 && halves.every(Boolean)))
    return pairs.map(([publicKey, privateKey]) => ({
      publicKey: publicKey!,
      privateKey: privateKey!,
    }));
  problems.push(
    'VAPID_PREVIOUS_KEYS must be PUBLIC:PRIVATE[,PUBLIC:PRIVATE…] (its value is not shown: it is a secret)',
  );
  return [];
}

const HOST_PATTERN = /^(\*\.)?([a-z0-9-]+\.)*[a-z0-9-]+(:\d{1,5}|:\*)?$/;

function hostList(value: string | undefined, problems: string[]): string[] {
  const hosts = (value ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  for (const host of hosts) {
    if (!HOST_PATTERN.test(host)) {
      problems.push(
        `PUSH_ALLOW_HOSTS must list host names such as push.example.org, *.example.org or localhost:8443, got ${quote(host)}`,
      );
    }
  }
  return hosts;
}

const quote = (value: string) => JSON.stringify(value.slice(0, 60));
