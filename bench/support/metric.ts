import { until } from '../../test/support/until.js';

const PATIENCE_MS = 600_000;

/** One of a process at `url`, its labels in the name; 0 where it has none of that name. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}

/** Waits until a worker has made so many devices ready for their next message, as it does at rest. */
export async function keysMade(url: string, devices: number): Promise<void> {
  const made = async () => (await metric(url, 'campana_keys_ahead')) >= devices;
  await until(made, 'keys made ahead', PATIENCE_MS);
}
