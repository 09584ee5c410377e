/**
 * A copy of the repository that a dying machine left damaged: objects that are empty, cut or missing.
 * Git mends none of it, and whatever is read of it fails, run after run. Once git itself says so, the
 * copy is flagged, and the next open recreates it; the tips that were seen are taken along,
 * so that a branch that was rewritten meanwhile is noticed anyway.
 */
import fs, { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import isomorphic from 'isomorphic-git';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Git } from './program.ts';

const flag = 'damaged';
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
      if (!mayBe || thrown.errorClass === 'stalled') throw thrown;
      if (await git.succeeds(['fsck', '--no-dangling', '--no-progress'])) throw thrown;
      await flagDamaged(git.gitDir);
      forget();
      const text = 'our copy of the agents repository is damaged; the next reading recreates it';
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
export async function flagDamaged(gitDir: string): Promise<void> {
  await writeFile(join(gitDir, flag), '').catch(() => {});
}

/** Removes a copy that is marked. The tips that it had seen, by branch; of one that is well none. */
export async function removedTips(gitDir: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(join(gitDir, flag))) return new Map();
  const tips = await tipsIn(gitDir);
  await rm(gitDir, { recursive: true, force: true, maxRetries: 5 });
  return tips;
}

async function tipsIn(gitdir: string): Promise<ReadonlyMap<string, string>> {
  const names = await isomorphic.listRefs({ fs, gitdir, filepath: tipsFolder });
  const tips = names.map(async (name) => {
    const ref = `${tipsFolder}/${name}`;
    const oid = await isomorphic.resolveRef({ fs, gitdir, ref }).catch(() => '');
    return [decodeURIComponent(name), oid] as const;
  });
  return new Map((await Promise.all(tips)).filter(([, oid]) => /^[0-9a-f]{40}$/.test(oid)));
}
