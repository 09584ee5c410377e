// A lock for the setup: a second setup waits for the first. A lock whose process has exited is
// taken over.
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fail, isAlive, readOrEmpty, say } from './parts.mjs';

const pauseMs = 500;
const waitsMax = 1200;

/** Resolves to a function that releases the lock. */
export async function acquireLock(path) {
  // A link creates the file atomically, with its owner in it.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let waits = 0; waits < waitsMax; waits += 1) {
      if (linked(own, path)) return () => release(path);
      const owner = Number(readOrEmpty(path));
      if (!isAlive(owner)) {
        takeAway(path, owner);
        continue;
      }
      if (waits === 0) say(`waits for another setup (process ${owner})`);
      await wait(pauseMs);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return fail(`another setup has not finished for ten minutes; remove ${path} if there is none`);
}

function linked(own, path) {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Of several that find the same dead owner only one gets the file; a live owner gets it back. */
function takeAway(path, deadOwner) {
  const aside = `${path}.dead-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (Number(readOrEmpty(aside)) !== deadOwner) linked(aside, path);
  rmSync(aside, { force: true });
}

function release(path) {
  if (Number(readOrEmpty(path)) === process.pid) rmSync(path, { force: true });
}
