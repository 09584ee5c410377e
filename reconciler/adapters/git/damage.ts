/**
 * Handles a local copy of the repository that a crash damaged: objects that are empty, truncated or
 * missing. Git does not repair it, and each read of such an object fails. When `git fsck` confirms
 * the damage, the copy is flagged and the next open recreates it. The tips that were seen are kept,
 * so that a branch that was rewritten meanwhile is detected.
 */
import fs, { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import isomorphic from 'isomorphic-git';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Git } from './program.ts';

const flag = 'damaged';
/** The folder of a mirror with the tips of branches. */
export const tipsFolder = 'refs/aura';

/** A namespace of our own, so that a fetch never moves a branch that a person has checked out. */
export function tipRef(branch: string): string {
  // Flat, because `stop` and `stop/maintenance` cannot both be refs.
  return `${tipsFolder}/${encodeURIComponent(branch)}`;
}

/** Returns the result of the work; if it fails, checks whether the copy is damaged. */
type Doubt = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** @param forget is called when this process must not use the copy any more */
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

/** If the flag cannot be written, the next run detects the damage itself. */
export async function flagDamaged(gitDir: string): Promise<void> {
  await writeFile(join(gitDir, flag), '').catch(() => {});
}

/** Removes a flagged copy and returns the tips that it had seen, by branch; else returns none. */
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
