import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PushService } from '../push-service/push-service.js';
import { startChild, type ChildService } from '../support/child-service.js';
import { runAndStop, type Undo } from '../support/run-and-stop.js';
import { Cast } from './cast.js';
import { Families } from './families.js';
import { say, table, title } from './screen.js';
import { Story } from './story.js';

const run = promisify(execFile);
const SCHOOLS = 'data/schools/osceola_orange_FL.edge.txt';
const DISTRICTS = 'data/districts/districts_FL.csv';

/** What is taken down again, in reverse, however the demo ends. */
const undo: Undo = [];

async function main(): Promise<boolean> {
  title('Campana: one report, on its way to three hundred phones');
  const dataDir = await mkdtemp(join(tmpdir(), 'campana-demo-'));
  undo.push(() => rm(dataDir, { recursive: true, force: true }));
  const push = await PushService.start();
  undo.push(() => push.stop());
  say('a push service of our own, speaking RFC 8030 over HTTP/2 and TLS', push.origin);
  const environment = {
    DATA_DIR: dataDir,
    PUSH_ALLOW_PRIVATE: '1',
    NODE_EXTRA_CA_CERTS: push.certificates.caFile,
  };
  say('schools', await importSchools(environment));
  const service = await startChild(environment);
  undo.push(() => service.stop());
  say('the service, with its own PostgreSQL', service.url);
  return tell(service, push, environment);
}

async function tell(
  service: ChildService,
  push: PushService,
  environment: Record<string, string>,
): Promise<boolean> {
  const cast = await Cast.assemble(service);
  say('staff through invites', cast.summary());
  const families = await Families.settle(service.url, push);
  undo.push(async () => families.close());
  say('families', families.summary());
  const story = new Story(service.url, cast, families);
  await story.firstIncident();
  await story.secondIncident();
  await story.drill();
  const ledger = await run(process.execPath, ['dist/src/ledger/verify.command.js'], {
    env: { ...process.env, ...environment },
  }).then(
    ({ stdout }) => ({ text: stdout.trim(), ok: true }),
    (error: Error & { stdout?: string }) => ({ text: error.stdout?.trim() ?? '', ok: false }),
  );
  say('the ledger', ledger.text);
  title('Who was told');
  table(story.rows());
  title('What a phone showed');
  for (const line of families.examples(story.firstAlertId)) process.stdout.write(`${line}\n`);
  for (const line of families.headlines(story.drillAlertId)) process.stdout.write(`${line}\n`);
  title('What the drill showed');
  process.stdout.write(`${story.drillSummary()}\n\n`);
  table(story.drillSteps());
  const kept = story.holds() && push.refusals.length === 0 && ledger.ok;
  title(kept ? 'Everybody was told exactly once, and nobody else.' : 'A promise was broken.');
  return kept;
}

async function importSchools(environment: Record<string, string>): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    ['dist/src/schools/import.command.js', SCHOOLS, '--districts', DISTRICTS],
    { env: { ...process.env, ...environment } },
  );
  return stdout.trim().replaceAll('\n', '; ');
}

runAndStop(async () => ((await main()) ? 0 : 1), undo);
