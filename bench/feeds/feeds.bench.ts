import type { Bench, BenchOptions } from '../support/bench.js';
import { machine } from '../support/machine.js';
import { Network } from '../support/network.js';
import {
  cpuPerItem,
  isMet,
  perSecond,
  ratioOf,
  summary,
  type Measure,
  type Result,
} from '../support/result.js';
import { alternate } from '../support/rounds.js';
import { asked, Server } from '../support/server.js';
import { raise } from './alerts-on.js';
import { fanOutLatency, type FanOutLatency } from './fan-out.js';
import { QUESTIONS } from './questions.js';
import { COUNTED, requestsPerRead, whileUpdating } from './reads.js';

const GRAPHQL = 'activeAlerts' as const;
const GEOJSON = '/alerts.geojson' as const;

export const feeds: Bench = {
  name: 'feeds',
  what: 'requests for what is on, ten alerts',
  size: 10_000,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const { size, rounds, progress, undo } = options;
  const network = await Network.start({}, COUNTED);
  undo.push(() => network.close());
  const api = await network.process('api');
  const crew = await network.crew(api);
  const incidents = await raise(crew);
  const peer = async (name: string, setup: object) => {
    const server = await Server.start(`dist/bench/feeds/${name}.peer.js`, setup);
    undo.push(() => server.stop());
    return server;
  };
  const environment = { ...network.environment, PUBLIC_URL: api.url, ROLE: 'api' };
  const apollo = await peer('apollo', { environment });
  const body = await (await fetch(`${api.url}${GEOJSON}`)).text();
  const bare = await peer('static', { body });
  await sameAnswers(api.url, apollo.url);
  const pid = api.child.pid!;
  const measures = await alternate(
    [
      asked('campana', pid, () => QUESTIONS[GRAPHQL](api.url, size)),
      asked('apollo', apollo.pid, () => QUESTIONS[GRAPHQL](apollo.url, size)),
      asked('campana, geojson', pid, () => QUESTIONS[GEOJSON](api.url, size)),
      asked('static', bare.pid, () => QUESTIONS[GEOJSON](bare.url, size)),
    ],
    rounds,
    progress,
  );
  await Promise.all([apollo.stop(), bare.stop()]);
  const reads: Record<string, number> = {};
  const count = async (name: string, question: keyof typeof QUESTIONS) => {
    progress.say(`requests per read: ${name}`);
    reads[name] = await requestsPerRead(network, QUESTIONS[question](api.url, size));
  };
  for (const question of Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[])
    await count(question, question);
  for (const question of [GRAPHQL, GEOJSON])
    await whileUpdating(crew, incidents, () => count(`${question}, updates`, question));
  await network.close();
  return resultOf(options, measures, reads, await fanOutLatency(options));
}

/** @throws Error unless both say the same, so that the same is measured */
async function sameAnswers(...urls: string[]): Promise<void> {
  const [{ headers, bodies }] = [QUESTIONS[GRAPHQL]('http://nobody', 1)];
  const answers = await Promise.all(
    urls.map(async (url) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers,
        body: bodies[0]!.body,
      });
      return JSON.stringify(((await answer.json()) as { data: unknown }).data);
    }),
  );
  if (new Set(answers).size > 1 || !answers[0]?.includes('expires'))
    throw new Error(`different answers are measured: ${answers.join('\n')}`);
}

function resultOf(
  { size, rounds }: BenchOptions,
  measures: Map<string, Measure[]>,
  reads: Record<string, number>,
  fanOut: FanOutLatency,
): Result {
  const of = (name: string) => measures.get(name)!;
  const [graphql, geojson] = [of('campana'), of('campana, geojson')];
  const ratios = {
    'activeAlerts per second, of Apollo Server': ratioOf(graphql, of('apollo'), perSecond),
    'CPU per activeAlerts, of Apollo Server': ratioOf(graphql, of('apollo'), cpuPerItem),
    '/alerts.geojson per second, of static': ratioOf(geojson, of('static'), perSecond),
    'CPU per /alerts.geojson, of static': ratioOf(geojson, of('static'), cpuPerItem),
    'p99 of activeAlerts in a fan-out, of idle': fanOut.ratio,
  };
  const [ofApollo, , ofStatic] = Object.values(ratios) as [number, number, number];
  const cached = summary(geojson);
  return {
    bench: 'feeds',
    rounds,
    items: size,
    campana: {
      ...summary(graphql),
      'geojson per second': cached.perSecond,
      'geojson CPU µs': cached.cpuMicros,
      'p99 ms at rest': fanOut.idleP99Ms,
      'p99 ms in a fan-out': fanOut.fanOutP99Ms,
      'seconds of that fan-out': fanOut.fanOutSeconds,
      ...Object.fromEntries(
        Object.entries(reads).map(([name, value]) => [`requests per read, ${name}`, value]),
      ),
    },
    peers: { apollo: summary(of('apollo')), static: summary(of('static')) },
    ratios,
    met: {
      'at least 2 times the activeAlerts per second of Apollo Server': isMet({
        ratio: ofApollo,
        atLeast: 2,
      }),
      'at least 0.5 of a static route': isMet({ ratio: ofStatic, atLeast: 0.5 }),
      'p99 in a fan-out of 20,000 devices at most 3 times that at rest': isMet({
        ratio: fanOut.ratio,
        atMost: 3,
      }),
    },
    notes: [
      `the p99 in a fan-out is of ${fanOut.samples} requests, sent 200 a second to the process that sends`,
      fanOut.isApart
        ? 'for it, whoever asks has the first turn on a processor and the push service the last, as if elsewhere'
        : 'for it, whoever asks and the push service share the processors of what is measured',
      machine(),
    ],
  };
}
