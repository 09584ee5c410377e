/**
 * Control groups of machines: one for each machine in every hierarchy, so that all of its processes
 * can be found, and its memory is limited and counted.
 *
 * https://www.kernel.org/doc/html/latest/admin-guide/cgroup-v2.html
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../reconciler/core/failure.ts';

const attemptsMax = 500;
const pauseMs = 20;

/** Folders of `name` below the root of every hierarchy; `name` may be a path. */
function groupFolders(name: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((root) => root.startsWith('/sys/fs/cgroup'))
    .map((root) => join(root, name));
}

/** Makes the group in every hierarchy and limits its memory. Returns the files to join it by. */
export async function makeGroup(
  slot: string,
  name: string,
  memoryBytes: number,
): Promise<readonly string[]> {
  for (const [parent, group] of groupFolders(slot).map((one) => [one, join(one, name)] as const)) {
    await mkdir(group, { recursive: true });
    // A hierarchy of version 2 passes controllers on only where it is asked to.
    for (const above of [join(parent, '..'), parent])
      for (const controller of ['memory', 'pids', 'cpu'])
        writeWhere(join(above, 'cgroup.subtree_control'), `+${controller}`);
    for (const file of ['cpuset.cpus', 'cpuset.mems'])
      for (const [from, to] of [
        [join(parent, '..'), parent],
        [parent, group],
      ] as const)
        if (existsSync(join(to, file)))
          writeWhere(join(to, file), readFileSync(join(from, file), 'utf8'));
    writeWhere(join(group, 'memory.limit_in_bytes'), String(memoryBytes));
    writeWhere(join(group, 'memory.max'), String(memoryBytes));
  }
  return groupFolders(join(slot, name)).map((group) => join(group, 'cgroup.procs'));
}

/** Kills every process in the group and below, and removes it. A missing group is removed. */
export async function removeGroup(name: string): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const folders = groupFolders(name).filter((folder) => existsSync(folder));
    if (folders.length === 0) return;
    // Frozen processes of version 1 do not die.
    for (const folder of folders) thaw(folder);
    for (const pid of folders.flatMap(processesIn)) killed(pid);
    if (folders.map(removeFolder).every((gone) => gone)) return;
    await pause(pauseMs);
  }
  throw new Failure('ToolStuck', `the control group ${name} cannot be removed`);
}

/** Stops all processes of the group where they are, while `doing` runs. */
export async function whileFrozen(name: string, doing: () => Promise<void>): Promise<void> {
  const folders = groupFolders(name).filter((folder) => existsSync(folder));
  try {
    for (const folder of folders) {
      writeWhere(join(folder, 'freezer.state'), 'FROZEN');
      writeWhere(join(folder, 'cgroup.freeze'), '1');
    }
    for (let attempt = 0; attempt < attemptsMax && folders.some(isFreezing); attempt += 1)
      await pause(pauseMs);
    await doing();
  } finally {
    for (const folder of folders) writeWhere(join(folder, 'cgroup.freeze'), '0');
    for (const folder of folders) thaw(folder);
  }
}

function isFreezing(folder: string): boolean {
  const file = join(folder, 'freezer.state');
  return existsSync(file) && readFileSync(file, 'utf8').trim() === 'FREEZING';
}

function thaw(folder: string): void {
  const file = join(folder, 'freezer.state');
  if (!existsSync(file)) return;
  writeWhere(file, 'THAWED');
  for (const below of foldersIn(folder)) thaw(below);
}

/** Bytes of memory that the group uses; null where that is not counted. */
export function memoryOf(name: string): number | null {
  const files = groupFolders(name).flatMap((folder) => [
    join(folder, 'memory.usage_in_bytes'),
    join(folder, 'memory.current'),
  ]);
  const file = files.find((one) => existsSync(one));
  return file === undefined ? null : Number(readFileSync(file, 'utf8'));
}

function processesIn(folder: string): readonly number[] {
  try {
    const own = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n');
    const pids = own.map(Number).filter((pid) => pid > 1);
    return [...pids, ...foldersIn(folder).flatMap(processesIn)];
  } catch {
    return [];
  }
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .map(({ name }) => join(folder, name));
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

/** Whether it is gone. */
function removeFolder(folder: string): boolean {
  try {
    for (const below of foldersIn(folder)) removeFolder(below);
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

/** Where the hierarchy has that file, and takes it. */
function writeWhere(file: string, text: string): void {
  try {
    if (existsSync(file)) writeFileSync(file, text);
  } catch {}
}
