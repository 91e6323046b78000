import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { readEnvironment } from '../../src/platform/env.js';
import { Config } from '../../src/platform/config.js';
import { createLogger } from '../../src/platform/logger.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { createService, type Service } from '../../src/service.js';
import { accept, type Person } from './staff.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface TestService {
  url: string;
  service: Service;
  database: TestDatabase;
  secrets: ReturnType<typeof freshSecrets>;
  /** Every line logged, as written. */
  log: string[];
  admin: Person;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  environment?: Record<string, string>;
  database?: TestDatabase;
  secrets?: ReturnType<typeof freshSecrets>;
}

/** The whole service in this process on a database of its own, with its first admin signed in. */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = options.database ?? (await createTestDatabase());
  const secrets = options.secrets ?? freshSecrets();
  const environment = readEnvironment({
    ...{ DATABASE_URL: database.url, PORT: '0', PUSH_ALLOW_PRIVATE: '1', LOG_LEVEL: 'trace' },
    // A thread of its own would not heed `trust`.
    PUSH_THREAD: '0',
    // Many specs raise alerts in one district; the ceiling has a spec of its own.
    ALERTS_PER_DISTRICT_HOUR: '1000',
    ...secrets,
    ...options.environment,
  });
  const log: string[] = [];
  const logger = createLogger(environment.logLevel, { write: (line: string) => log.push(line) });
  const service = await createService(Config.from(environment, database.url, secrets), logger);
  await service.listen();
  const { port } = service.app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const invite = await service.adminInvite();
  const admin = invite ? await accept(url, invite, 'First Admin') : { id: '', token: '' };
  const close = async () => {
    await service.close();
    if (!options.database) await database.drop();
  };
  return { url, service, database, secrets, log, admin, close };
}

/** Lets this process's TLS trust a test authority, as NODE_EXTRA_CA_CERTS does for a new one. */
export function trust(caPem: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), caPem]);
}
