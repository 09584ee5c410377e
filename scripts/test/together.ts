/**
 * Runs test files in few processes: to start Node and to load the sources costs more than most files
 * take. A file keeps its own hooks and its own failures, but what it leaves behind in the process can
 * reach the next one, so `npm test` runs each in a process of its own.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess, runTestFiles } from './node-tests.ts';
import { added, nothingRan, type Outcome } from './outcome.ts';

/** So few that the two processes at once end at nearly the same time. */
const filesEach = 10;
const processesAtOnce = 2;

export async function runTogether(root: string, files: readonly string[]): Promise<Outcome> {
  const alone = files.filter((file) => hasSnapshot(root, file));
  // The folders that take longest stand at the end of the alphabet: the last to start is a short one.
  const batches = chunks(files.filter((file) => !alone.includes(file))).reverse();
  const outcomes = [await runTestFiles(root, alone)];
  const worker = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
      outcomes.push(await runBatch(root, batch));
  };
  await Promise.all(Array.from({ length: processesAtOnce }, worker));
  return outcomes.reduce(added, nothingRan);
}

/** Node looks for snapshots beside the file that a process began with, under the tests' full names. */
function hasSnapshot(root: string, file: string): boolean {
  return existsSync(join(root, `${file}.snapshot`));
}

function chunks(files: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(files.length / filesEach);
  return Array.from({ length: count }, (_, n) => files.slice(n * filesEach, (n + 1) * filesEach));
}

/**
 * Where the process itself ended badly, it is unknown by which file: each runs again alone, and the
 * failure stays even where all of them are well then.
 */
async function runBatch(root: string, files: readonly string[]): Promise<Outcome> {
  const { outcome, broken } = await runProcess(root, files);
  if (broken === null) return outcome;
  const where = files.join(', ');
  const failed = [{ where, name: 'these files in one process', text: broken }];
  return added(await runTestFiles(root, files), { ...nothingRan, failed });
}
