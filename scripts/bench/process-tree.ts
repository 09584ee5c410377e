/** CPU and memory of a process and its children on Linux; unknown elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

export type Usage = { readonly rssMb: number; readonly cpuMs: number };

/** `sysconf(_SC_CLK_TCK)` of every Linux that node runs on. */
const jiffiesPerSecond = 100;

/** CPU of children that have exited counts for their parent. */
export function usageOf(root: number): Usage {
  let rssKb = 0;
  let jiffies = 0;
  for (const pid of treeOf(root)) {
    rssKb += Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
    jiffies += sum(statOf(pid).slice(11, 15));
  }
  return { rssMb: Math.round(rssKb / 102.4) / 10, cpuMs: (jiffies * 1000) / jiffiesPerSecond };
}

/** CPU of this process's children that have exited, with that of theirs. */
export function exitedChildrenMs(): number {
  return (sum(statOf(process.pid).slice(13, 15)) * 1000) / jiffiesPerSecond;
}

/** After the program's name, which may hold spaces: 11 user, 12 system, 13 and 14 of children. */
function statOf(pid: number): readonly number[] {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return fields.map(Number);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Memory of one process, without its children. */
export function rssMbOf(pid: number): number {
  const kb = Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
  return Math.round(kb / 102.4) / 10;
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of entries('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** The highest of the samples from now on. */
export function watch(root: number, everyMs: number): { peakRssMb(): number; stop(): void } {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, usageOf(root).rssMb);
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    peakRssMb: () => peak,
    stop: () => clearInterval(timer),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
