import { Crew } from './crew.js';
import type { Fleet, FleetWorker } from './fleet.js';
import { seeded } from './seeded.js';
import type { Arrival } from './tally.js';
import { accept } from './staff.js';

export interface KillPlan {
  devices: number;
  kills: number;
  /** At work at once; whoever is killed has a successor on its way. */
  workers: number;
  /** How long the push service takes to answer. */
  answerMs: number;
  /** The same seed draws the same moments. */
  seed: number;
}

/** One worker that was killed. */
export interface Kill {
  worker: string;
  /** So many devices had been reached, or a few more. */
  after: number;
  /** Messages of this worker that arrived. */
  sent: number;
  /** Of those, how many somebody sent once more. */
  repeated: number;
}

export interface KillReport {
  kills: Kill[];
  /** Devices that nothing reached. */
  missed: number;
  /** Messages that came to a device which had that message, of workers that were not killed. */
  repeatedByTheLiving: number;
  /** As the service counts. */
  delivery: Record<string, unknown>;
  seconds: number;
}

/** Told after each kill how many devices were reached, and how many workers killed. */
export type OnReached = (devices: number, killed: number) => void;

/** A kill falls up to so long after its device: also between two batches, and into a settlement. */
const JITTER_MS = 60;
/** A claim and a heartbeat lapse within 30 seconds; a busy machine gets some more. */
const PATIENCE_MS = 45_000;

/**
 * Kills workers with SIGKILL at random moments of one fan-out: each is drawn as a number of devices
 * that were reached, and falls a little later. Waits until the fan-out is through.
 */
export async function killInFanOut(
  fleet: Fleet,
  plan: KillPlan,
  onReached?: OnReached,
): Promise<KillReport> {
  const api = await fleet.api();
  const crew = await Crew.of({ url: api.url, admin: await accept(api.url, api.adminInvite!, 'A') });
  const devices = await fleet.seed(plan.devices);
  await fleet.sink.delay(plan.answerMs);
  const line = new Line(fleet, plan.workers);
  await line.complete();
  const started = performance.now();
  const { alertId } = await crew.alert();
  const end = through(() => crew.delivery(alertId));
  const killed = await killAll(fleet, plan, { line, end }, onReached);
  const delivery = await end;
  onReached?.(await fleet.sink.reached(0), killed.length);
  const seconds = (performance.now() - started) / 1_000;
  await line.complete();
  const arrivals = await fleet.sink.arrivals();
  return { ...account(arrivals, devices, killed), delivery, seconds };
}

interface Killed {
  worker: { name: string };
  after: number;
}

async function killAll(
  { sink }: Fleet,
  { devices, kills, seed }: KillPlan,
  { line, end }: { line: Line; end: Promise<unknown> },
  onReached?: OnReached,
): Promise<Killed[]> {
  const random = seeded(seed);
  // Not the very end: the last kill is to find something under way.
  const last = devices * 0.95;
  const moments = Array.from({ length: kills }, () => Math.floor(random() * last));
  moments.sort((a, b) => a - b);
  const killed: Killed[] = [];
  let told = -1;
  for (const moment of moments) {
    // Since the last kill somebody sends again.
    const after = Math.min(devices, Math.max(moment, told + 1));
    // Whoever is lost is never reached: then there is an end all the same, and a report.
    if ((await Promise.race([sink.reached(after), end.then(() => 'over')])) === 'over') break;
    await new Promise((moment) => setTimeout(moment, random() * JITTER_MS));
    const worker = await line.take(random());
    await worker.stop('SIGKILL');
    killed.push({ worker, after });
    told = await sink.reached(0);
    onReached?.(told, killed.length);
  }
  return killed;
}

/** Workers at work; whoever is taken out has a successor on its way. */
class Line {
  readonly #atWork: FleetWorker[] = [];
  #coming: Promise<void>[] = [];

  constructor(
    private readonly fleet: Fleet,
    workers: number,
  ) {
    for (let n = 0; n < workers; n++) this.#send();
  }

  async complete(): Promise<void> {
    await Promise.all(this.#coming);
  }

  /** @param draw in [0, 1): which of those at work; when all are dead, the next to come */
  async take(draw: number): Promise<FleetWorker> {
    while (this.#atWork.length === 0) await Promise.race(this.#coming);
    const [worker] = this.#atWork.splice(Math.floor(draw * this.#atWork.length), 1);
    this.#send();
    return worker!;
  }

  #send(): void {
    const coming = this.fleet.worker().then((worker) => {
      this.#atWork.push(worker);
      this.#coming = this.#coming.filter((other) => other !== coming);
    });
    this.#coming.push(coming);
  }
}

/** Reads a delivery until it is through, or nobody was told for long; answers what it is then. */
export async function through(read: () => Promise<Record<string, unknown>>) {
  let deadline = Date.now() + PATIENCE_MS;
  let before: unknown;
  for (;;) {
    const delivery = await read();
    if (delivery?.accepted !== before) deadline = Date.now() + PATIENCE_MS;
    if (delivery?.complete || Date.now() > deadline) return delivery;
    before = delivery?.accepted;
    await new Promise((look) => setTimeout(look, 100));
  }
}

/** Who was told by whom, and what was told again. */
export function account(
  arrivals: Arrival[],
  devices: string[],
  killed: Killed[],
): Pick<KillReport, 'kills' | 'missed' | 'repeatedByTheLiving'> {
  const sent = new Map<string, number>();
  const repeated = new Map<string, number>();
  const lastSender = new Map<string, string>();
  for (const { device, topic, sender } of arrivals) {
    const before = lastSender.get(`${device} ${topic}`);
    if (before !== undefined) add(repeated, before);
    lastSender.set(`${device} ${topic}`, sender);
    add(sent, sender);
  }
  const reached = new Set(arrivals.map(({ device }) => device));
  const kills = killed.map(({ worker: { name }, after }) => {
    const counts = { sent: sent.get(name) ?? 0, repeated: repeated.get(name) ?? 0 };
    repeated.delete(name);
    return { worker: name, after, ...counts };
  });
  return {
    kills,
    missed: devices.filter((device) => !reached.has(device)).length,
    repeatedByTheLiving: [...repeated.values()].reduce((sum, count) => sum + count, 0),
  };
}

const add = (counts: Map<string, number>, key: string) =>
  counts.set(key, (counts.get(key) ?? 0) + 1);
