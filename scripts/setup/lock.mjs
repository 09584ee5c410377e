// Two setups at once would build the same thing twice: the second waits for the first. A lock whose
// process is gone is taken over.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fail, say } from './parts.mjs';

const waitsMax = 1200;

export async function acquireLock(path) {
  for (let waits = 0; waits < waitsMax; waits += 1) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(readOrEmpty(path));
    if (!isAlive(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (waits === 0) say(`waits for another setup (process ${owner})`);
    await wait(500);
  }
  return fail(`another setup has not finished for ten minutes; remove ${path} if there is none`);
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
