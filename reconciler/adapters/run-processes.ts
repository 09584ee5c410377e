/**
 * The port `Processes`. Each process of a run holds the run's named pipe open for reading, and the
 * programs that end with it inherit that: also one that outlives its killed parent. A pipe that
 * cannot be opened for writing has no reader, so all of them are gone. The system itself keeps this
 * account; a number of a process may belong to another one by now. Where the pipe was removed, as by
 * one who empties the folder of temporary files, Linux still names it as what they hold open.
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { lstat, mkdir, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../core/failure.ts';
import type { RunRef } from '../core/fleet/run.ts';
import type { Processes } from '../ports/processes.ts';
import { inheritInGuarded } from './child-process.ts';

/** @param folder for pipes of all runs of this user on this machine */
export function createRunProcesses(folder: string): Processes {
  return {
    async enter(run) {
      await ownFolder(folder);
      await removeOld(folder);
      const path = pipeOf(folder, run);
      await makePipe(path);
      inheritInGuarded(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    },
    async remain(run) {
      await ownFolder(folder);
      const path = pipeOf(folder, run);
      return hasReader(path) || (await isHeldRemoved(path));
    },
  };
}

function pipeOf(folder: string, { id, attempt }: RunRef): string {
  return join(folder, `${id.replaceAll(/[^A-Za-z0-9-]/g, '_')}_${attempt}`);
}

/** Throws where the folder is another user's, who could remove a pipe that is held. */
async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700, recursive: true });
  const { uid } = await lstat(folder);
  if (uid === process.getuid?.()) return;
  throw new Failure('InvalidInput', `${folder} belongs to another user`);
}

/** Two processes of one run may make it at the same moment. */
async function makePipe(path: string): Promise<void> {
  await promisify(execFile)('mkfifo', ['-m', '600', path]).catch(() => {});
  const made = await lstat(path).catch(() => null);
  if (made?.isFIFO() !== true) throw new Failure('ToolMissing', `mkfifo could not make ${path}`);
}

function hasReader(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
    if (code === 'ENXIO' || code === 'ENOENT') return false;
    throw thrown;
  }
}

async function isHeldRemoved(path: string): Promise<boolean> {
  const held = `${join(await realpath(dirname(path)), basename(path))} (deleted)`;
  for (const process of await namesIn('/proc')) {
    if (!/^\d+$/.test(process)) continue;
    // Those of other users cannot be read, and hold no pipe of ours.
    const folder = join('/proc', process, 'fd');
    for (const descriptor of await namesIn(folder))
      if ((await readlink(join(folder, descriptor)).catch(() => '')) === held) return true;
  }
  return false;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Longer than any job, so that no process of that run can come any more. */
const keptMs = 14 * 24 * 3_600_000;

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const made = await lstat(path).catch(() => null);
    const isOld = made !== null && Date.now() - made.mtimeMs > keptMs;
    if (isOld && made.isFIFO() && !hasReader(path)) await rm(path, { force: true });
  }
}
