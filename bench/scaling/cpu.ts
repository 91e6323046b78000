import { readFileSync, readdirSync } from 'node:fs';

/** CPU time of other processes, from /proc: Linux alone has it. */

/** /proc counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_MICROS = 10_000;

/** The fields of /proc/PID/stat behind the name, which may hold spaces; the state is field 0. */
const fieldsOf = (file: string) => {
  const text = readFileSync(file, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

const usedOf = (file: string, children = false) => {
  const fields = fieldsOf(file);
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return (user + system + (children ? childUser + childSystem : 0)) * TICK_MICROS;
};

/** Microseconds that a process has used, all its threads together. */
export const processMicros = (pid: number): number => usedOf(`/proc/${pid}/stat`);

/** Microseconds of its main thread, and of the busiest of its others. */
export function threadMicros(pid: number): { main: number; busiest: number } {
  const threads = readdirSync(`/proc/${pid}/task`);
  const used = (id: string) => usedOf(`/proc/${pid}/task/${id}/stat`);
  const others = threads.filter((id) => Number(id) !== pid).map(used);
  return { main: used(String(pid)), busiest: Math.max(0, ...others) };
}

/** Microseconds of a process, of its living children and of those that ended: PostgreSQL's backends. */
export function familyMicros(pid: number): number {
  const children = readdirSync('/proc').filter((id) => /^\d+$/.test(id) && parentOf(id) === pid);
  return children.reduce((sum, id) => sum + micros(id), usedOf(`/proc/${pid}/stat`, true));
}

const parentOf = (id: string) => orUndefined(() => Number(fieldsOf(`/proc/${id}/stat`)[1]));
const micros = (id: string) => orUndefined(() => usedOf(`/proc/${id}/stat`)) ?? 0;

/** It may have ended meanwhile. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Microseconds that all processes of the machine have used together. */
export function machineMicros(): number {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number];
  return (user + nice + system + irq + softirq) * TICK_MICROS;
}

/** Resident memory, in bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * 1024;
}
