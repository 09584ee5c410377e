/**
 * What was removed from `main`, and by which commit. Before every creation that is asked of one path,
 * and the answer is hardly ever a removal: history is read once for what was removed in any corner of
 * it, and then only what is new; of those paths first-parent history, which alone decides, is asked.
 * For many paths, of which nearly all were removed, one walk is cheaper.
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

  /** A mirror that was kept may have been made shallow: its answers would be guesses. */
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

/** Those that are not there. */
async function absent({ mirror, tip }: Known, paths: readonly string[]): Promise<Set<string>> {
  const gone = new Set<string>();
  for (const path of paths) if ((await mirror.trees.find(tip, path)) === null) gone.add(path);
  return gone;
}

/** The last removal of the path in the history of `tip`, where it is not any more. */
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
    // One after the other: many ask at once, and the first one reads for all.
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
