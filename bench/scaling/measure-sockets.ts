import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ChildService } from '../../test/support/child-service.js';
import type { Crew } from '../../test/support/crew.js';
import { cpuMicros } from '../support/usage.js';
import type { FromListeners, ToListeners } from './listeners.js';
import { nextPlace } from './measure-fan-out.js';
import { atRest, type Rig } from './rig.js';

export const SOCKETS = 2_000;
const TIMES = 5;

/** Alerts told to sockets alone, against updates with nobody listening. Leaves no subscriptions. */
export async function measureSockets(rig: Rig, api: ChildService, crew: Crew, districtId: string) {
  const pid = api.child.pid!;
  await rig.client.query('TRUNCATE subscription CASCADE');
  const worker = await rig.run('worker', { PUSH_KEYS_AHEAD: '0' });
  const usedBy = async (work: () => Promise<unknown>) => {
    await atRest(pid);
    const before = cpuMicros(pid);
    for (let n = 0; n < TIMES; n++) await work();
    return (cpuMicros(pid) - before) / TIMES;
  };
  const alert = () => crew.alert({ location: nextPlace() });
  await alert();
  const alone = await usedBy(alert);
  const listeners = fork(new URL('./listeners.js', import.meta.url));
  const heard = async () => ((await once(listeners, 'message')) as [FromListeners])[0].heard;
  listeners.send({ url: api.url, districtId, count: SOCKETS } satisfies ToListeners);
  await heard();
  const told = await usedBy(async () => {
    const last = heard();
    await alert();
    await last;
  });
  listeners.disconnect();
  await worker.stop();
  return { socketMicros: Math.max(0, told - alone) / SOCKETS };
}
