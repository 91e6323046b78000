import { cpus, totalmem, type CpuInfo } from 'node:os';

/** Named beside every result: figures of one machine say little of another. */
export function machine(): string {
  const all = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${all.length} cores (${(all[0] as CpuInfo).model.trim()}), ${memory} GB, Node ${process.versions.node}, Linux`;
}
