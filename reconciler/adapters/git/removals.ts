/**
 * Which paths were ever removed: asked before every creation, and hardly ever true. History is read
 * for it once, and then only what is new; what was removed in any corner of it is then asked of
 * first-parent history, which alone decides.
 */
import type { Removal } from '../../ports.ts';
import { readLastRemoval } from './history.ts';
import type { Git } from './program.ts';

export type Removals = {
  /** The last removal of the path in the history of `tip`, where it is not any more. */
  of(tip: string, path: string): Promise<Removal | null>;
};

export function createRemovals(git: Git): Removals {
  const removed = new Set<string>();
  let readTo: string | null = null;
  let reading: Promise<void> = Promise.resolve();

  async function readUpTo(tip: string): Promise<void> {
    if (readTo === tip) return;
    const range = readTo === null ? [tip] : [`${readTo}..${tip}`];
    const out = await git.run([...namesOfRemoved, ...range, '--']);
    for (const name of out.toString().split('\0')) removed.add(name.trim());
    readTo = tip;
  }

  return {
    async of(tip, path) {
      // One after the other: many ask at once, and the first one reads for all.
      reading = reading.catch(() => {}).then(() => readUpTo(tip));
      await reading;
      return removed.has(path) ? readLastRemoval(git, tip, path) : null;
    },
  };
}

const namesOfRemoved = [
  'log',
  '-m',
  '--root',
  '--no-renames',
  '--diff-filter=D',
  '--name-only',
  '-z',
  '--format=',
];
