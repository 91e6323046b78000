import { readFileSync, readdirSync } from 'node:fs';

/** What the benchmarks' `usage.ts` does not tell: single threads, the whole machine. */

/** /proc counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_MICROS = 10_000;

/** The fields of /proc/PID/stat behind the name, which may hold spaces; the state is field 0. */
const fieldsOf = (file: string) => {
  const text = readFileSync(file, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

const usedOf = (file: string) => {
  const [user, system] = fieldsOf(file).slice(11, 13).map(Number) as [number, number];
  return (user + system) * TICK_MICROS;
};

/** Microseconds of its main thread, and of the busiest of its others. */
export function threadMicros(pid: number): { main: number; busiest: number } {
  const threads = readdirSync(`/proc/${pid}/task`);
  const used = (id: string) => usedOf(`/proc/${pid}/task/${id}/stat`);
  const others = threads.filter((id) => Number(id) !== pid).map(used);
  return { main: used(String(pid)), busiest: Math.max(0, ...others) };
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
