import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** What Linux says of a process: `/proc` counts in ticks of 10 ms. */
const MICROS_PER_TICK = 10_000;

interface Stat {
  parent: number;
  /** utime, stime; cutime and cstime are those of children that have ended. */
  own: number;
  ended: number;
}

function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field, the program's name, may hold anything but ends with the last bracket.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1]!, own: fields[11]! + fields[12]!, ended: fields[13]! + fields[14]! };
}

/** User and system time of a process, all of its threads; µs. */
export function cpuMicros(pid: number): number {
  return (statOf(pid)?.own ?? 0) * MICROS_PER_TICK;
}

/** A process and all its children. */
export const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid)];

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => statOf(child)?.parent === pid);
}

/** The same of a process and all its children, also of those that have ended; µs. */
export function familyCpuMicros(pid: number): number {
  const parent = statOf(pid);
  if (!parent) return 0;
  const own = childrenOf(pid).reduce((sum, child) => sum + cpuMicros(child), 0);
  return (parent.own + parent.ended) * MICROS_PER_TICK + own;
}

/** The same of the children of a process that have ended and were waited for; µs. */
export function endedCpuMicros(pid: number): number {
  return (statOf(pid)?.ended ?? 0) * MICROS_PER_TICK;
}

/** Resident memory at its highest since {@link forgetPeak}, or the start; MB. */
export function peakMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
}

export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Only the process's owner may; the peak is then that of its whole life.
  }
}

/** @throws Error elsewhere than on Linux */
export function requireProc(): void {
  if (statOf(process.pid)) return;
  throw new Error('The benchmarks read CPU time and memory from /proc: run them on Linux.');
}

/** Resident memory now; bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}
