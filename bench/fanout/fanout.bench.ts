import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area } from '../../src/subscriptions/area.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { seedDevices, type Device } from '../support/devices.js';
import { machine } from '../support/machine.js';
import { Network, OSCEOLA } from '../support/network.js';
import { Peer } from '../support/peer.js';
import {
  cpuPerItem,
  isMet,
  perSecond,
  ratioOf,
  rounded,
  summary,
  type Measure,
  type Result,
} from '../support/result.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { startSink, type Sink } from '../sink/sink.js';
import { Campana } from './campana.js';
import type { PeerSetup } from './peer-setup.js';

/** A payload of the usual length. */
const PAYLOAD = JSON.stringify({ headline: 'x'.repeat(90), body: 'x'.repeat(900) });
const MORE_DEVICES = 10;

export const fanout: Bench = {
  name: 'fanout',
  what: 'one alert to every device, by the real worker',
  size: 20_000,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const sink = await startSink();
  options.undo.push(() => sink.stop());
  const { campana, measures, seedMore } = await sideBySide(options, sink);
  await seedMore(options.size * (MORE_DEVICES - 1));
  return resultOf(options, measures, await campana.round(), sink);
}

/** Everybody tells the same devices, which are at one push service. */
export async function sideBySide(options: BenchOptions, sink: Sink) {
  const { undo } = options;
  const network = await Network.start();
  undo.push(() => network.close());
  const folder = await mkdtemp(join(tmpdir(), 'campana-bench-devices-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const follow = (): Area => ({ kind: 'district', id: OSCEOLA });
  const devices = await seedDevices(network, options.size, sink.origin, follow);
  const setup = await peerSetup(folder, devices, sink, network);
  const peer = async (name: string): Promise<Contestant> => {
    const env = { NODE_EXTRA_CA_CERTS: sink.caFile };
    const started = await Peer.start(`dist/bench/fanout/${name}.peer.js`, setup, env);
    undo.push(() => started.stop());
    return { name, round: () => started.round() };
  };
  const campana = await Campana.start(network, sink, options.size);
  const contestants = [campana, await peer('web-push'), await peer('ceiling')];
  const measures = await alternate(contestants, options.rounds, options.progress);
  const seedMore = (more: number) => seedDevices(network, more, sink.origin, follow);
  return { campana, measures, seedMore };
}

async function peerSetup(
  folder: string,
  devices: Device[],
  { origin }: Sink,
  { secrets }: Network,
): Promise<PeerSetup> {
  const devicesFile = join(folder, 'devices.json');
  await writeFile(devicesFile, JSON.stringify(devices));
  const vapid = {
    subject: secrets.VAPID_SUBJECT,
    publicKey: secrets.VAPID_PUBLIC_KEY,
    privateKey: secrets.VAPID_PRIVATE_KEY,
  };
  return { devicesFile, origin, payload: PAYLOAD, vapid };
}

export const measuresOf = (measures: Map<string, Measure[]>) =>
  ['campana', 'web-push', 'ceiling'].map((name) => measures.get(name)!) as [
    Measure[],
    Measure[],
    Measure[],
  ];

export const ratiosOf = (campana: Measure[], webPush: Measure[], ceiling: Measure[]) => ({
  'pushes per second, of web-push': ratioOf(campana, webPush, perSecond),
  'CPU per push, of web-push': ratioOf(campana, webPush, cpuPerItem),
  'pushes per second, of the ceiling': ratioOf(campana, ceiling, perSecond),
});

function resultOf(
  { size, rounds }: BenchOptions,
  measures: Map<string, Measure[]>,
  large: Measure,
  sink: Sink,
): Result {
  const [campana, webPush, ceiling] = measuresOf(measures);
  const peak = (all: Measure[]) => Math.max(...all.map(({ peakMb }) => peakMb!));
  const ratios = {
    ...ratiosOf(campana, webPush, ceiling),
    [`memory at ${MORE_DEVICES} times the devices`]: rounded(large.peakMb! / peak(campana)),
  };
  const [rate, cpu, ofCeiling, memory] = Object.values(ratios) as [number, number, number, number];
  const sinkCpu = summary(campana).sinkCpuMicros as number;
  return {
    bench: 'fanout',
    rounds,
    items: size,
    campana: summary(campana),
    peers: { 'web-push': summary(webPush), ceiling: summary(ceiling) },
    ratios,
    met: {
      'at least 8 times the pushes per second of web-push': isMet({ ratio: rate, atLeast: 8 }),
      'at most 1/7 of the CPU per push of web-push': isMet({ ratio: cpu, atMost: 1 / 7 }),
      'at least 0.6 of the ceiling': isMet({ ratio: ofCeiling, atLeast: 0.6 }),
      'memory flat (at most 1.2 times)': isMet({ ratio: memory, atMost: 1.2 }),
    },
    notes: [
      `sink: ${sink.kind}; alone it takes about ${rounded(1e6 / sinkCpu)} a second on a core of its own`,
      machine(),
    ],
  };
}
