/**
 * Finds the commit that removed a file from `main`. Each creation asks this for one path, which was
 * hardly ever removed. So the names of all files that were removed anywhere in history are read
 * once, and updated with new commits; first-parent history, which decides, is searched only for
 * those. For many paths, nearly all of which were removed, one walk is cheaper.
 */
import type { DesiredState, Removal } from '../../ports/desired-state.ts';
import type { Branches, Known } from './branches.ts';
import { readLastRemoval, readLastRemovals } from './history.ts';
import { anyPath } from './path.ts';
import type { Git } from './program.ts';

export function createRemovalReaders(
  branches: Pick<Branches, 'known' | 'whole'>,
): Pick<DesiredState, 'lastRemoval' | 'lastRemovals'> {
  let removals: Removals | null = null;
  let isWhole = false;

  /** A mirror of an earlier run may be shallow, which makes its answers unreliable. */
  async function wholeMain(): Promise<Known | null> {
    const found = isWhole ? await branches.known('main') : await branches.whole('main');
    isWhole = found !== null;
    return found;
  }

  return {
    async lastRemoval(path) {
      anyPath(path);
      const found = await wholeMain();
      if (found === null || (await absent(found, [path])).size === 0) return null;
      removals ??= createRemovals(found.mirror.git);
      return removals(found.tip, path);
    },
    async lastRemovals(paths) {
      for (const path of paths) anyPath(path);
      const found = await wholeMain();
      if (found === null) return new Map();
      return readLastRemovals(found.mirror.git, found.tip, await absent(found, paths));
    },
  };
}

/** The paths that do not exist at the tip. */
async function absent({ mirror, tip }: Known, paths: readonly string[]): Promise<Set<string>> {
  const gone = new Set<string>();
  for (const path of paths) if ((await mirror.trees.find(tip, path)) === null) gone.add(path);
  return gone;
}

/** The last removal of the path in the history of `tip`, which no longer contains it. */
type Removals = (tip: string, path: string) => Promise<Removal | null>;

function createRemovals(git: Git): Removals {
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

  return async (tip, path) => {
    // In sequence: of many concurrent calls the first one reads for all.
    reading = reading.catch(() => {}).then(() => readUpTo(tip));
    await reading;
    return removed.has(path) ? readLastRemoval(git, tip, path) : null;
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
