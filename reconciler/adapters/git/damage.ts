/**
 * A copy of the repository that a dying machine left damaged: objects that are empty, cut or missing.
 * Git mends none of it, and whatever is read of it fails, run after run. Once git itself says so, the
 * copy is marked, and whoever opens it next makes it anew; the tips that were seen are taken along,
 * so that a branch that was rewritten meanwhile is noticed all the same.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Git } from './program.ts';

const mark = 'damaged';
/** Where a mirror keeps the tips of branches, below its folder. */
const tipsFolder = 'refs/aura';

/** Ours alone, so that a fetch never moves what a person may have checked out. */
export function tipRef(branch: string): string {
  // Flat: `stop` and `stop/maintenance`, one after the other on the server, must not meet here.
  return `${tipsFolder}/${encodeURIComponent(branch)}`;
}

/** Passes on what the work gives; where that fails, looks whether the copy is to blame. */
type Doubt = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** @param forget the copy is of no use to this process any more */
export function createDoubt(git: Git, forget: () => void): Doubt {
  return async (work) => {
    try {
      return await work();
    } catch (thrown) {
      const mayBe =
        isFailure(thrown, 'UnexpectedAnswer') || isFailure(thrown, 'NetworkUnreachable');
      if (!mayBe || thrown.fate === 'stalled') throw thrown;
      if (await git.succeeds(['fsck', '--no-dangling', '--no-progress'])) throw thrown;
      await markDamaged(git.gitDir);
      forget();
      const text = 'our copy of the agents repository is damaged; the next reading makes it anew';
      throw new Failure('UnexpectedAnswer', text, { cause: thrown });
    }
  };
}

export function doubted(snapshot: Snapshot, doubt: Doubt): Snapshot {
  return {
    commit: snapshot.commit,
    list: (prefix) => doubt(() => snapshot.list(prefix)),
    changesSince: (before, prefix) => snapshot.changesSince(before, prefix),
    read: (path) => doubt(() => snapshot.read(path)),
    readAll: (oids) => doubt(() => snapshot.readAll(oids)),
  };
}

/** Where not even that can be written, the next run finds out by itself. */
export async function markDamaged(gitDir: string): Promise<void> {
  await writeFile(join(gitDir, mark), '').catch(() => {});
}

/** Removes a copy that is marked. The tips that it had seen, by branch; of one that is well none. */
export async function removedTips(gitDir: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(join(gitDir, mark))) return new Map();
  const tips = new Map([...(await packedTips(gitDir)), ...(await looseTips(gitDir))]);
  await rm(gitDir, { recursive: true, force: true, maxRetries: 5 });
  return tips;
}

type Tips = readonly (readonly [branch: string, oid: string])[];

async function looseTips(gitDir: string): Promise<Tips> {
  const folder = join(gitDir, tipsFolder);
  const branches = await readdir(folder, { recursive: true }).catch(() => []);
  const tips = branches.map(async (branch) => {
    const text = await readFile(join(folder, branch), 'utf8').catch(() => '');
    return [decodeURIComponent(branch), text.trim()] as const;
  });
  return (await Promise.all(tips)).filter(([, oid]) => /^[0-9a-f]{40}$/.test(oid));
}

async function packedTips(gitDir: string): Promise<Tips> {
  const text = await readFile(join(gitDir, 'packed-refs'), 'utf8').catch(() => '');
  const line = /^([0-9a-f]{40}) refs\/aura\/(\S+)$/gm;
  return [...text.matchAll(line)].map(
    ([, oid = '', branch = '']) => [decodeURIComponent(branch), oid] as const,
  );
}
