import type { Area } from '../../src/subscriptions/area.js';
import { seedDevices as seed, type SeededDevice } from '../../test/support/seeded-devices.js';
import type { Network } from './network.js';

export type Device = SeededDevice;

/**
 * So many devices with keys of their own, in the tables as `subscribe` would write them.
 * @param area of the device with this index
 */
export async function seedDevices(
  { pool, secrets }: Network,
  count: number,
  origin: string,
  area: (index: number) => Area,
): Promise<Device[]> {
  const query = async <T>(text: string, values?: unknown[]) =>
    (await pool.query(text, values)).rows as T[];
  const devices = await seed({ query }, secrets, { devices: count, origin, area });
  await pool.query('ANALYZE subscription, subscription_area');
  return devices;
}
